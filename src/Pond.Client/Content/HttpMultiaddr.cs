using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pond.Client.Content;

/// <summary>Addresses of HTTP servers in the form that IPFS writes them, such as <c>/ip4/192.0.2.1/tcp/8080/http</c>.</summary>
public static class HttpMultiaddr
{
    /// <summary>Reads an address; false if it is not one of an HTTP server.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? address)
    {
        address = null;
        if (text.Split('/') is not ["", var kind, { Length: > 0 } host, "tcp", var portText, .. var rest]
            || !ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        var scheme = rest switch
        {
            // Whose key the server has is no matter: what it sends is hashed.
            [.. var way, "p2p", { Length: > 0 }] => SchemeOf(way),
            _ => SchemeOf(rest),
        };
        var isHost = kind switch
        {
            "ip4" => IPAddress.TryParse(host, out var four) && four.AddressFamily == AddressFamily.InterNetwork,
            "ip6" => IPAddress.TryParse(host, out var six) && six.AddressFamily == AddressFamily.InterNetworkV6,
            "dns" or "dns4" or "dns6" => Uri.CheckHostName(host) == UriHostNameType.Dns,
            _ => false,
        };
        return scheme is not null && isHost
            && Uri.TryCreate($"{scheme}://{(kind is "ip6" ? $"[{host}]" : host)}:{port}/", UriKind.Absolute, out address);
    }

    /// <summary>Writes an address.</summary>
    public static string Of(Uri address)
    {
        var kind = address.HostNameType switch { UriHostNameType.IPv4 => "ip4", UriHostNameType.IPv6 => "ip6", _ => "dns" };
        return $"/{kind}/{address.IdnHost.Trim('[', ']')}/tcp/{address.Port}/{address.Scheme}";
    }

    private static string? SchemeOf(string[] way) => way switch
    {
        ["http"] => "http",
        ["https"] or ["tls", "http"] => "https",
        _ => null,
    };
}
