using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;
using Pond.Contracts.Tasks;

namespace Pond.Server.Nodes.Routes;

/// <summary>Which headers a request and its answer keep on their way through the node.</summary>
internal static class ForwardedHeaders
{
    // Those that belong to one connection, those that HttpClient and Kestrel write themselves, and who somebody is elsewhere: all
    // tasks share the node's origin, so a cookie or a password that a browser has for it would go to every task.
    private static readonly FrozenSet<string> NotAsked = Names(
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Host", "Content-Length", "Expect", "Cookie", "Authorization");

    // What a task answers must not change how a browser treats the node's origin: its cookies, its caches, its service workers.
    private static readonly FrozenSet<string> NotAnswered = Names(
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Trailer", "Transfer-Encoding", "Upgrade", "Server",
        "Set-Cookie", "WWW-Authenticate", "Clear-Site-Data", "Strict-Transport-Security", "Service-Worker-Allowed", "Alt-Svc", "Public-Key-Pins",
        "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Allow-Credentials",
        "Access-Control-Expose-Headers", "Access-Control-Max-Age", TaskChannel.ErrorCodeHeader);

    private static readonly FrozenSet<string> OfOneConnection = Names(
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Host", "Content-Length", "Expect", "Server", TaskChannel.ErrorCodeHeader);

    /// <summary>What of a request's headers goes on.</summary>
    /// <param name="from">The request's.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="content">Where those of the body go; null without one.</param>
    /// <param name="keepsIdentity">Whether cookies and passwords go on: true for what a task itself asks of somebody.</param>
    internal static void CopyRequest(IHeaderDictionary from, HttpRequestHeaders to, HttpContentHeaders? content, bool keepsIdentity)
    {
        var dropped = keepsIdentity ? OfOneConnection : NotAsked;
        var named = NamedBy(from.Connection);
        foreach (var (name, values) in from)
        {
            if (!dropped.Contains(name) && !named.Contains(name) && !name.StartsWith(':')
                && !to.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                content?.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    /// <summary>What of an answer's headers goes on.</summary>
    internal static void CopyAnswer(HttpResponseMessage from, IHeaderDictionary to, bool keepsIdentity)
    {
        var dropped = keepsIdentity ? OfOneConnection : NotAnswered;
        var named = NamedBy(new StringValues([.. from.Headers.Connection]));
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            if (!dropped.Contains(name) && !named.Contains(name))
            {
                to[name] = new StringValues([.. values]);
            }
        }
    }

    private static FrozenSet<string> Names(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Connection itself names headers that go no further than to the next host.
    private static HashSet<string> NamedBy(StringValues connection) =>
        connection.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
}
