using Pond.Primitives;

namespace Pond.Node;

/// <summary>Who a node is in a task, and what it does of its own accord.</summary>
public sealed record TaskNodeOptions
{
    /// <summary>The staking key with which the node takes part.</summary>
    public required Pubkey StakingKey { get; init; }

    /// <summary>
    /// Whether the node acts by the slots. Without a timer it only watches: whoever develops a task calls its phases by hand. Default true.
    /// </summary>
    public bool HasTimer { get; init; } = true;

    /// <summary>Whether the stake is taken back from a task that has moved, once its rounds are over. Default false.</summary>
    public bool LeavesMigrated { get; init; }

    /// <summary>Earnings are claimed as soon as there is at least this much of them. One lamport claims everything at once.</summary>
    public Lamports ClaimFrom { get; init; } = new(1);
}
