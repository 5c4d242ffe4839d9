using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Tasks;
using Pond.Primitives;

namespace Pond.Sdk.Hosting;

/// <summary>Calls the node over the task's socket. Thread-safe.</summary>
internal sealed class NodeConnection : IPhaseNode, IDisposable
{
    /// <summary>What an answer of a peer or of the web may have that is read as a whole.</summary>
    private const int MaxAnswerBytes = 16 << 20;

    private readonly HttpClient _http;
    private readonly SocketsHttpHandler _handler;
    private readonly ChannelSettings _settings;

    public NodeConnection(ChannelSettings settings)
    {
        _settings = settings;
        _handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = (_, cancellationToken) => ConnectAsync(settings.Socket, cancellationToken),
        };
        // How long a call may take is the caller's to say, by its token.
        _http = new(_handler) { BaseAddress = new("http://node/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Asks the same task on another node. Kept by its caller, who need not dispose of it.</summary>
    public HttpClient CreatePeerClient(Pubkey peer) => Create(new PeerHandler(peer, _handler), new Uri("http://peer/"));

    /// <summary>Asks the web. Kept by its caller, who need not dispose of it.</summary>
    public HttpClient CreateWebClient() => Create(new WebHandler(_handler), baseAddress: null);

    public Task ReportReadyAsync(CancellationToken cancellationToken) =>
        SendAsync(NamespaceMethod.DefaultTaskSetup, [], cancellationToken);

    public Task ReportCompletedAsync(long id, string? error, CancellationToken cancellationToken) =>
        SendAsync(NamespaceMethod.PhaseCompleted, [id, error], cancellationToken);

    /// <summary>Calls a method that answers nothing.</summary>
    public async Task SendAsync(string method, object?[] args, CancellationToken cancellationToken)
    {
        using var answer = await PostAsync(method, args, cancellationToken);
    }

    /// <summary>Calls a method.</summary>
    /// <returns>Its answer; default if it answered null or nothing.</returns>
    public async ValueTask<T?> CallAsync<T>(string method, object?[] args, CancellationToken cancellationToken)
    {
        using var answer = await PostAsync(method, args, cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(body, default, cancellationToken);
        return document.RootElement.TryGetProperty("response", out var response) ? response.Deserialize<T>(PondJson.Options) : default;
    }

    /// <summary>Gets content; the answer's head has arrived, and it is no error.</summary>
    public async Task<HttpResponseMessage> GetContentAsync(string path, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        var names = path.StartsWith("/ipfs/", StringComparison.Ordinal) ? path["/ipfs/".Length..] : path;
        using var request = new HttpRequestMessage(
            HttpMethod.Get, "ipfs/" + string.Join('/', names.Split('/').Select(Uri.EscapeDataString)));
        request.Headers.Range = range;
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw NodeGone(exception);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw answer.StatusCode is HttpStatusCode.NotFound
                && answer.Headers.TryGetValues(TaskChannel.ErrorCodeHeader, out var codes) && codes.Contains(TaskChannel.PathNotFound, StringComparer.Ordinal)
                ? new PondException("content-missing", $"There is no '{path}'.", "Check the CID and the names of the path.")
                : new PondException(
                    "content-unreachable",
                    $"'{path}' can't be had: the node answers {(int)answer.StatusCode}.",
                    "Try again later: its owner may be offline.",
                    isTransient: true);
        }
    }

    // The handler below belongs to this connection, which outlives its clients. How long an answer may take, the node bounds.
    private static HttpClient Create(DelegatingHandler handler, Uri? baseAddress) => new(handler, disposeHandler: false)
    {
        BaseAddress = baseAddress,
        MaxResponseContentBufferSize = MaxAnswerBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static PondException NodeGone(Exception cause) => new(
        "node-unreachable",
        $"The task's node does not answer: {cause.Message}",
        "The node is ending; it will start the task again.",
        isTransient: true,
        innerException: cause);

    private async Task<HttpResponseMessage> PostAsync(string method, object?[] args, CancellationToken cancellationToken)
    {
        var call = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["args"] = (object?[])[method, .. args],
            ["taskId"] = _settings.Task.ToString(),
            ["secret"] = _settings.Secret,
        };
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(call, PondJson.Options));
        content.Headers.ContentType = new("application/json");
        HttpResponseMessage answer;
        try
        {
            answer = await _http.PostAsync(new Uri(TaskChannel.NamespacePath, UriKind.Relative), content, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw NodeGone(exception);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw await ErrorOfAsync(method, answer, cancellationToken);
        }
    }

    private static async Task<PondException> ErrorOfAsync(string method, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        NamespaceError? error = null;
        try
        {
            error = JsonSerializer.Deserialize<NamespaceError>(
                await answer.Content.ReadAsByteArrayAsync(cancellationToken), PondJson.Options);
        }
        catch (JsonException)
        {
            // Then the status is all there is to tell.
        }

        return new(
            error?.Code ?? "node-refused",
            error?.Message ?? $"The node answers '{method}' with status {(int)answer.StatusCode}.",
            error?.Fix ?? "See the node's log.",
            error?.IsTransient ?? false);
    }
}
