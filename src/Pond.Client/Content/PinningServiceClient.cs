using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Pinning;
using Pond.Primitives;

namespace Pond.Client.Content;

/// <summary>Asks a pinning service to keep content (IPFS Pinning Service API 1.0). Safe for use by several threads.</summary>
public sealed class PinningServiceClient : IDisposable
{
    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly Uri _endpoint;
    private readonly TimeProvider _timeProvider;

    /// <summary>Makes a client.</summary>
    /// <param name="endpoint">The service's base address.</param>
    /// <param name="token">The secret that it has given to its user; sent to that address alone.</param>
    /// <param name="timeProvider">Waits between two looks.</param>
    public PinningServiceClient(Uri endpoint, string token, TimeProvider timeProvider)
    {
        _endpoint = new($"{endpoint.AbsoluteUri.TrimEnd('/')}/");
        _timeProvider = timeProvider;
        // Not followed: a redirect would carry the secret elsewhere.
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            Timeout = TimeSpan.FromMinutes(1),
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Asks for content to be kept.</summary>
    /// <exception cref="PondException"><c>pinning-refused</c>, <c>pinning-denied</c> or <c>pinning-unreachable</c>; so do all methods throw.</exception>
    public Task<RemotePinStatus> AddAsync(RemotePin pin, CancellationToken cancellationToken) =>
        AskAsync<RemotePinStatus>(HttpMethod.Post, "pins", pin, cancellationToken);

    /// <summary>How far a wish is.</summary>
    public Task<RemotePinStatus> GetAsync(string requestId, CancellationToken cancellationToken) =>
        AskAsync<RemotePinStatus>(HttpMethod.Get, $"pins/{Uri.EscapeDataString(requestId)}", body: null, cancellationToken);

    /// <summary>The wishes of this user, the newest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<RemotePinList> ListAsync(RemotePinFilter filter, CancellationToken cancellationToken) =>
        AskAsync<RemotePinList>(HttpMethod.Get, $"pins?{filter.ToQuery()}", body: null, cancellationToken);

    /// <summary>Takes a wish back and makes another, so that what both have in common is not fetched again.</summary>
    public Task<RemotePinStatus> ReplaceAsync(string requestId, RemotePin pin, CancellationToken cancellationToken) =>
        AskAsync<RemotePinStatus>(HttpMethod.Post, $"pins/{Uri.EscapeDataString(requestId)}", pin, cancellationToken);

    /// <summary>Takes a wish back.</summary>
    public async Task RemoveAsync(string requestId, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Delete, $"pins/{Uri.EscapeDataString(requestId)}", body: null, cancellationToken)).Dispose();

    /// <summary>Looks until the service has the content or has given up.</summary>
    /// <param name="requestId">The wish.</param>
    /// <param name="interval">The time between two looks.</param>
    /// <param name="cancellationToken">Gives up; the service goes on.</param>
    public async Task<RemotePinStatus> WaitAsync(string requestId, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, _timeProvider);
        while (true)
        {
            var found = await GetAsync(requestId, cancellationToken);
            if (found.Status is RemotePinStates.Pinned or RemotePinStates.Failed)
            {
                return found;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> AskAsync<T>(HttpMethod method, string path, RemotePin? body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, body, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(PondJson.Options, cancellationToken) ?? throw new JsonException("null");
        }
        catch (Exception cause) when (cause is JsonException or NotSupportedException)
        {
            throw new PondException(
                "pinning-refused",
                $"{_endpoint} answered something that is no answer of a pinning service.",
                "Check that the address is the base address of a pinning service, as its provider names it.",
                innerException: cause);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, RemotePin? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_endpoint, path));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, options: PondJson.Options);
        }

        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, cancellationToken);
        }
        catch (Exception cause) when (cause is HttpRequestException
            || (cause is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new PondException(
                "pinning-unreachable",
                $"The pinning service at {_endpoint} does not answer: {cause.Message}",
                "Check the address and the network, and try again later.",
                isTransient: true,
                cause);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await FailureOfAsync(response, cancellationToken);
        }
    }

    private async Task<PondException> FailureOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string words;
        try
        {
            var failure = await response.Content.ReadFromJsonAsync<PinningFailure>(PondJson.Options, cancellationToken);
            words = $"{failure?.Error?.Reason} {failure?.Error?.Details}".Trim();
        }
        catch (Exception cause) when (cause is JsonException or NotSupportedException or InvalidOperationException)
        {
            words = "";
        }

        var said = $"The pinning service at {_endpoint} answered {(int)response.StatusCode} {words}".TrimEnd() + ".";
        return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? new("pinning-denied", said, "Check the token that the service has given you.")
            : new("pinning-refused", said, "See what the service says, and its documentation.", isTransient: (int)response.StatusCode >= 500);
    }
}
