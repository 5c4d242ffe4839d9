using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Client.Ledger;

/// <summary>Talks to a settlement ledger: ours, or any other that speaks K2's JSON-RPC over HTTP.</summary>
/// <remarks>
/// Safe to use from several threads. Every method throws <see cref="RpcException"/> if the ledger answers with an error, and
/// <see cref="PondException"/> with the code <c>ledger-unreachable</c> if no usable answer comes. Nothing is retried here:
/// whether a call may be repeated is for its caller to know.
/// </remarks>
public sealed partial class LedgerClient
{
    private readonly HttpClient _http;
    private readonly LedgerEndpoints _endpoints;

    // Null for whichever is well.
    private readonly Uri? _only;
    private readonly TimeProvider _time;
    private readonly LedgerClientOptions _options;
    private long _lastId;

    /// <summary>Makes a client.</summary>
    /// <param name="http">Sends the requests and stays its owner's. Its own timeout should be no shorter than the options'.</param>
    /// <param name="endpoint">The ledger's address, such as <c>http://127.0.0.1:8899/</c>.</param>
    /// <param name="time">Measures timeouts.</param>
    /// <param name="options">How the client behaves.</param>
    public LedgerClient(HttpClient http, Uri endpoint, TimeProvider time, LedgerClientOptions options)
        : this(http, new LedgerEndpoints([endpoint], time), time, options)
    {
    }

    /// <summary>Makes a client of a ledger that has several endpoints: a call that one of them does not answer is asked of the next.</summary>
    /// <inheritdoc cref="LedgerClient(HttpClient, Uri, TimeProvider, LedgerClientOptions)"/>
    public LedgerClient(HttpClient http, LedgerEndpoints endpoints, TimeProvider time, LedgerClientOptions options)
        : this(http, endpoints, only: null, time, options)
    {
    }

    private LedgerClient(HttpClient http, LedgerEndpoints endpoints, Uri? only, TimeProvider time, LedgerClientOptions options)
    {
        if (options.CallTimeout <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(options.CallTimeout)} must be more than nothing.", nameof(options));
        }

        _http = http;
        _endpoints = endpoints;
        _only = only;
        _time = time;
        _options = options;
    }

    /// <summary>The address of the ledger that is asked now.</summary>
    public Uri Endpoint => _only ?? _endpoints.Current;

    /// <summary>This client, but of the endpoint that is asked now and of no other: several answers together are of one ledger's state and history.</summary>
    public LedgerClient OnOneEndpoint() => new(_http, _endpoints, Endpoint, _time, _options);

    /// <summary>Calls any method.</summary>
    /// <typeparam name="T">What the result is read as; nullable where the method may answer null.</typeparam>
    /// <param name="method">The method's name on the wire.</param>
    /// <param name="parameters">Its parameters, in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T> CallAsync<T>(string method, ImmutableArray<object?> parameters, CancellationToken cancellationToken)
    {
        // An airdrop that is asked for twice is given twice; all else may be asked again, transactions by their very bytes.
        var endpoints = _only is { } only ? [only]
            : string.Equals(method, "requestAirdrop", StringComparison.Ordinal) ? [_endpoints.Current]
            : _endpoints.ToAsk();
        for (var index = 0; ; index++)
        {
            var endpoint = endpoints[index];
            try
            {
                var answer = await CallAsync<T>(endpoint, method, parameters, cancellationToken);
                _endpoints.Succeeded(endpoint);
                return answer;
            }
            catch (Exception exception) when (exception is PondException || exception is RpcException { Code: RpcErrorCodes.NodeUnhealthy })
            {
                _endpoints.Failed(endpoint, exception.Message);
                if (index == endpoints.Count - 1)
                {
                    throw;
                }
            }
            catch (RpcException)
            {
                // An answer too.
                _endpoints.Succeeded(endpoint);
                throw;
            }
        }
    }

    private async Task<T> CallAsync<T>(Uri endpoint, string method, ImmutableArray<object?> parameters, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(
            new Request("2.0", id, method, [.. parameters]), PondJson.Options));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var timeout = new CancellationTokenSource(_options.CallTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await _http.PostAsync(endpoint, content, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return response.StatusCode is HttpStatusCode.OK
                ? ReadAnswer<T>(method, id, body)
                : throw Unreachable(endpoint, $"answered {method} with HTTP {(int)response.StatusCode}");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(endpoint, $"did not answer {method} within {_options.CallTimeout.TotalSeconds:0.###} s", exception);
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(endpoint, $"could not be asked for {method}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw Unreachable(endpoint, $"answered {method} with something else than K2's answer to it: {exception.Message}", exception);
        }
    }

    private static T ReadAnswer<T>(string method, long id, byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var answer = document.RootElement;
        if (answer.TryGetProperty("error", out var error) && error.ValueKind is not JsonValueKind.Null)
        {
            throw new RpcException(error.Deserialize<RpcError>(PondJson.Options)!);
        }

        // Some proxies answer from a cache with another request's id; reading that as our answer could cost money.
        if (!answer.TryGetProperty("id", out var givenId) || !givenId.TryGetInt64(out var number) || number != id)
        {
            throw new JsonException($"The answer to {method} is that of another request.");
        }

        return answer.TryGetProperty("result", out var result)
            ? result.Deserialize<T>(PondJson.Options)!
            : throw new JsonException("There is neither a result nor an error.");
    }

    private static PondException Unreachable(Uri endpoint, string what, Exception? cause = null) =>
        new(
            "ledger-unreachable",
            $"The ledger at {endpoint} {what}.",
            "Check that the ledger runs there and that its address is right.",
            isTransient: true,
            cause);

    private sealed record Request(string Jsonrpc, long Id, string Method, object?[] Params);
}
