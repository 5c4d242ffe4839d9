using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Pond.Client.Content;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>What of the internet a boxed task gets to: public addresses of IPv4, and none of this machine's.</summary>
/// <param name="Hosts">Addresses of this machine, and those at which others reach it.</param>
/// <param name="Resolvers">Whom the task asks for names.</param>
/// <param name="Tunnel">The network of the tunnel's two ends, which hides whoever else has its addresses.</param>
public sealed record BoxInternet(IReadOnlyList<IPAddress> Hosts, IReadOnlyList<IPAddress> Resolvers, IPNetwork Tunnel)
{
    // Of ranges that a box does not get to anyway; a machine is in one of them at most.
    private static readonly IPNetwork[] Tunnels = [IPNetwork.Parse("198.18.0.0/25"), IPNetwork.Parse("100.127.255.0/25"), IPNetwork.Parse("10.254.253.0/25")];

    /// <summary>Asked for names where this machine's own resolver is on it or in its network, which a task can't reach: Quad9 and Cloudflare.</summary>
    private static readonly IPAddress[] PublicResolvers = [IPAddress.Parse("9.9.9.9"), IPAddress.Parse("1.1.1.1")];

    /// <summary>The internet as this machine is connected now.</summary>
    /// <param name="others">Further addresses that lead to this machine, such as the one that its router has.</param>
    public static BoxInternet OfThisMachine(params IEnumerable<IPAddress> others)
    {
        var interfaces = NetworkInterface.GetAllNetworkInterfaces().Select(card => card.GetIPProperties()).ToList();
        var own = interfaces.SelectMany(properties => properties.UnicastAddresses).Select(address => address.Address)
            .Concat(others).Where(address => address.AddressFamily is AddressFamily.InterNetwork).Distinct().ToList();
        var resolvers = interfaces.SelectMany(properties => properties.DnsAddresses)
            .Where(address => address.AddressFamily is AddressFamily.InterNetwork && PublicAddresses.IsPublic(address) && !own.Contains(address))
            .Distinct().Take(2).ToList();
        var tunnel = Tunnels.First(range => range == Tunnels[^1] || !own.Any(range.Contains));
        return new(own, resolvers.Count > 0 ? resolvers : PublicResolvers, tunnel);
    }
}
