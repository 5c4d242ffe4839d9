using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Server.LocalNetworks;

/// <summary>Where everything of a running local network is.</summary>
public sealed record LocalNetworkState
{
    /// <summary>The version of this record: 1.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The network's folder.</summary>
    public required string Home { get; init; }

    /// <summary>The ledger's RPC.</summary>
    public required Uri Rpc { get; init; }

    /// <summary>The ledger's subscriptions.</summary>
    public required Uri PubSub { get; init; }

    /// <summary>The RPC of the store in which deployed bundles are put.</summary>
    public required Uri StoreRpc { get; init; }

    /// <summary>The gateway of that store.</summary>
    public required Uri Gateway { get; init; }

    /// <summary>What a slot lasts, in milliseconds.</summary>
    public required double SlotMs { get; init; }

    /// <summary>Whether tasks run in a box.</summary>
    public required string Box { get; init; }

    /// <summary>The nodes.</summary>
    public required ImmutableArray<LocalNodePlace> Nodes { get; init; }

    /// <summary>The accounts that have tokens from the start and whose keys everybody knows.</summary>
    public required ImmutableArray<Pubkey> Accounts { get; init; }

    /// <summary>The folder with the keys of <see cref="Accounts"/>.</summary>
    public required string Keys { get; init; }

    /// <summary>Where programs lie that are being developed.</summary>
    public required string Executables { get; init; }

    /// <summary>The names of the variables that every task gets.</summary>
    public ImmutableArray<string> Variables { get; init; } = [];

    /// <summary>Where the process writes what happens.</summary>
    public required string Log { get; init; }
}

/// <summary>Where a node of a local network is.</summary>
/// <param name="Name">What it is called: <c>node-1</c>.</param>
/// <param name="Address">Its gateway.</param>
/// <param name="Operator">Its operator's key, which pays and gets what is earned.</param>
/// <param name="Folder">Its data.</param>
public sealed record LocalNodePlace(string Name, Uri Address, Pubkey Operator, string Folder);

/// <summary>How the nodes of a local network are doing with their tasks.</summary>
/// <param name="Nodes">One entry for each node and task.</param>
public sealed record LocalNetworkReport(ImmutableArray<LocalNodeTask> Nodes);

/// <summary>How a node is doing with a task.</summary>
public sealed record LocalNodeTask
{
    /// <summary>The node's name.</summary>
    public required string Node { get; init; }

    /// <summary>The task.</summary>
    public required Pubkey Task { get; init; }

    /// <summary>The node's staking key in this task.</summary>
    public required Pubkey StakingKey { get; init; }

    /// <summary>One word: starting, running, waiting, failed; <c>refused</c> if the node can't take part.</summary>
    public required string State { get; init; }

    /// <summary>What is wrong; null while nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>The task's last line; null before the first.</summary>
    public string? LastLine { get; init; }

    /// <summary>What the task has earned here in all closed rounds.</summary>
    public Lamports Earned { get; init; }

    /// <summary>The task's log.</summary>
    public required string Log { get; init; }
}
