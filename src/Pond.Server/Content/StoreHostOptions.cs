namespace Pond.Server.Content;

/// <summary>Where a store is served.</summary>
public sealed record StoreHostOptions
{
    /// <summary>The gateway's port on loopback; 0 for any free one. Default 8080.</summary>
    public int GatewayPort { get; init; } = 8080;

    /// <summary>The RPC's port on loopback; 0 for any free one. Default 5001, as Kubo's.</summary>
    public int RpcPort { get; init; } = 5001;

    /// <summary>Bounds of the gateway.</summary>
    public GatewayOptions Gateway { get; init; } = new();

    /// <summary>Pages that may use the RPC from a browser. Default none.</summary>
    public IReadOnlyCollection<string> AllowedOrigins { get; init; } = [];

    /// <summary>What the RPC calls this program's version.</summary>
    public string Version { get; init; } = "0.1.0";
}
