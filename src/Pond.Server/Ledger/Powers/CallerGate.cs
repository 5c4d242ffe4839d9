using System.Net;
using System.Security.Cryptography;
using System.Text;
using Pond.Contracts.Rpc;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Powers;

/// <summary>Says who calls: with the network's token or without, and from a page of which origin.</summary>
/// <param name="token">The token; null if nobody has one.</param>
internal sealed class CallerGate(string? token)
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? _hash = token is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Who sent a request.</summary>
    internal RpcCaller CallerOf(HttpRequest request) => new(IsForeign(request), HasToken(request));

    /// <summary>Who opens a socket. Powers are not served there, so no token is asked for.</summary>
    internal static RpcCaller OfSocket(HttpRequest request) => new(IsForeign(request), HasToken: false);

    /// <summary>Refuses the page of another machine's site: it may be any that the owner of the network looks at.</summary>
    /// <exception cref="RpcException">The origin is a foreign one.</exception>
    internal static void RefuseForeign(RpcCall call)
    {
        if (call.Caller.IsForeign)
        {
            throw new RpcException(
                RpcErrorCodes.PowerRefused, "Refused: the request comes from a page of a foreign origin. Call from a program, or from a page of localhost.");
        }
    }

    // A browser sends the header with every call to another origin, and a page can't leave it out. What is on this machine is the owner's.
    private static bool IsForeign(HttpRequest request)
    {
        var origins = request.Headers.Origin;
        return origins.Count > 0 && !(origins.Count == 1 && Uri.TryCreate(origins[0], UriKind.Absolute, out var origin) && IsLoopback(origin));
    }

    private static bool IsLoopback(Uri origin) =>
        origin.Scheme is "http" or "https"
        && (origin.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(origin.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));

    // Hashes are compared, so that the time says nothing of the token, not even its length.
    private bool HasToken(HttpRequest request) =>
        _hash is not null
        && request.Headers.Authorization is [{ } given] && given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given[Scheme.Length..].Trim())), _hash);
}
