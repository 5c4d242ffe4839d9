using System.Net;
using Pond.Client.Content;
using Pond.Server.Content.Pinning;

namespace Pond.Server.Content;

/// <summary>Where a store is served, to whom, and where content is fetched from that is not in it.</summary>
public sealed record StoreHostOptions
{
    /// <summary>Where the gateway and the pinning service listen. Default loopback; the RPC always listens there.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The gateway's port; 0 for any free one. Default 8080.</summary>
    public int GatewayPort { get; init; } = 8080;

    /// <summary>The RPC's port on loopback; 0 for any free one. Default 5001, as Kubo's.</summary>
    public int RpcPort { get; init; } = 5001;

    /// <summary>Bounds of the gateway.</summary>
    public GatewayOptions Gateway { get; init; } = new();

    /// <summary>Whether the gateway serves what some pin keeps, and nothing else. Default false.</summary>
    public bool ServesOnlyPinned { get; init; }

    /// <summary>Gateways that are asked for what is not here: of nodes, or public ones. Default none.</summary>
    public IReadOnlyList<Uri> Sources { get; init; } = [];

    /// <summary>The RPC of a Kubo node that is asked last; null for none.</summary>
    public Uri? Kubo { get; init; }

    /// <summary>Whether the gateway fetches from <see cref="Sources"/> and <see cref="Kubo"/> what its readers ask for. Default false.</summary>
    public bool FetchesForReaders { get; init; }

    /// <summary>How sources are asked.</summary>
    public PeerBlockSourceOptions Fetching { get; init; } = new();

    /// <summary>Whom content is kept for by the Pinning Service API; none, and there is no such service. Default none.</summary>
    public IReadOnlyList<PinningUser> PinningUsers { get; init; } = [];

    /// <summary>The pinning service's port; 0 for any free one. Default 5080.</summary>
    public int PinningPort { get; init; } = 5080;

    /// <summary>Whose files the gateway's port takes; null for nobody's. Default null.</summary>
    public UploadOptions? Uploads { get; init; }

    /// <summary>Under which address others reach the gateway; null for the one where it listens.</summary>
    public Uri? PublicGateway { get; init; }

    /// <summary>Pages that may use the RPC from a browser. Default none.</summary>
    public IReadOnlyCollection<string> AllowedOrigins { get; init; } = [];

    /// <summary>What the RPC calls this program's version.</summary>
    public string Version { get; init; } = "0.1.0";
}
