using Pond.Primitives;

namespace Pond.Server.LocalNetworks;

/// <summary>What a local network is started with. A network remembers it: what a later start leaves out stays as it was.</summary>
public sealed record LocalNetworkSettings
{
    /// <summary>How many nodes a network has at most: each is a store, a gateway and a process per task.</summary>
    public const int MaxNodes = 50;

    /// <summary>How many nodes there are. Default 5.</summary>
    public int Nodes { get; init; } = 5;

    /// <summary>The ledger's RPC; 0 for any free port. Default 8899, where clients look; subscriptions are one above it.</summary>
    public int RpcPort { get; init; } = 8899;

    /// <summary>The store's gateway; 0 for any free port. Default 8080.</summary>
    public int GatewayPort { get; init; } = 8080;

    /// <summary>The store's RPC; 0 for any free port. Default 5001, as Kubo's.</summary>
    public int StoreRpcPort { get; init; } = 5001;

    /// <summary>The first node's public port; 0 for any free ones. Each further node's is ten above. Default 30017.</summary>
    public int NodePort { get; init; } = 30017;

    /// <summary>Whether the nodes drive tasks by the slots. Without timers, each phase is called by <c>pond task call</c>. Default true.</summary>
    public bool HasTimers { get; init; } = true;

    /// <summary>The node's port, from 1 on; 0 for any free one.</summary>
    internal int PortOf(int node) => NodePort == 0 ? 0 : NodePort + (10 * (node - 1));

    /// <summary>Checks what a user chose.</summary>
    /// <exception cref="PondException"><c>option-out-of-range</c></exception>
    internal void Validate()
    {
        if (Nodes is < 1 or > MaxNodes)
        {
            throw new PondException("option-out-of-range", $"A local network has 1 to {MaxNodes} nodes, not {Nodes}.", "Choose another number with --nodes.");
        }

        foreach (var (option, port) in new[] { ("--rpc", RpcPort), ("--gateway", GatewayPort), ("--store-rpc", StoreRpcPort), ("--node-port", PortOf(Nodes)) })
        {
            if (port is < 0 or > 65_535)
            {
                throw new PondException("option-out-of-range", $"{option} leads to port {port}; ports are 0 to 65535.", $"Choose another one with {option}, or 0 for any free one.");
            }
        }
    }
}
