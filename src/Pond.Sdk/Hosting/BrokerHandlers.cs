using System.Net;
using Pond.Contracts.Tasks;
using Pond.Primitives;

namespace Pond.Sdk.Hosting;

/// <summary>Has the node ask a peer: the host of the address does not matter, its path and query do.</summary>
internal sealed class PeerHandler(Pubkey peer, HttpMessageHandler node) : DelegatingHandler(node)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri(
            $"http://node{TaskChannel.PeersPath}/{peer}{request.RequestUri!.PathAndQuery}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        return base.SendAsync(request, cancellationToken);
    }
}

/// <summary>Has the node ask the web. Each address of a redirect goes through the node again, which judges it.</summary>
internal sealed class WebHandler(HttpMessageHandler node) : DelegatingHandler(node)
{
    private const int MaxRedirects = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var target = request.RequestUri!;
        var answer = await AskAsync(request, target, cancellationToken);
        for (var redirects = 0; redirects < MaxRedirects && NextOf(request, answer, target) is { } next; redirects++)
        {
            target = next;
            answer.Dispose();
            using var again = new HttpRequestMessage(request.Method, target);
            foreach (var (name, values) in request.Headers.NonValidated)
            {
                again.Headers.TryAddWithoutValidation(name, values);
            }

            // What was meant for one host is not for the next.
            again.Headers.Authorization = null;
            again.Headers.Remove("Cookie");
            answer = await AskAsync(again, target, cancellationToken);
        }

        // As without a node between: the request names the address that answered.
        request.RequestUri = target;
        answer.RequestMessage = request;
        return answer;
    }

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, Uri target, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri($"http://node{TaskChannel.WebPath}?url={Uri.EscapeDataString(target.AbsoluteUri)}");
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.Forbidden
            && answer.Headers.TryGetValues(TaskChannel.ErrorCodeHeader, out var codes) && codes.Contains("web-refused", StringComparer.Ordinal))
        {
            answer.Dispose();
            throw new PondException(
                "web-refused", "The operator does not let this task ask the web.", "Start the task with the web allowed.");
        }

        return answer;
    }

    private static Uri? NextOf(HttpRequestMessage request, HttpResponseMessage answer, Uri target) =>
        answer.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head)
        && answer.Headers.Location is { } location
            ? new Uri(target, location)
            : null;
}
