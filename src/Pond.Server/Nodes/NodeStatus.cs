using System.Collections.Immutable;
using Pond.Node;
using Pond.Primitives;

namespace Pond.Server.Nodes;

/// <summary>How a node is doing, at one moment, for people to look at.</summary>
public sealed record NodeStatus
{
    /// <summary>The staking key: what the node is called on the ledger.</summary>
    public required Pubkey StakingKey { get; init; }

    /// <summary>Where others reach the node.</summary>
    public required Uri Address { get; init; }

    /// <summary>The ledger's slot, as last seen; slot 0 before that.</summary>
    public required Slot Slot { get; init; }

    /// <summary>The task's round in which that slot lies.</summary>
    public required Round Round { get; init; }

    /// <summary>The stake on the task, as last seen.</summary>
    public required Lamports Stake { get; init; }

    /// <summary>The task to which this one has moved; null if it has not.</summary>
    public required Pubkey? MigratedTo { get; init; }

    /// <summary>Why the node does no new work just now: the task is paused, or its bounty used up. None while it works.</summary>
    public required RoundReason Pause { get; init; }

    /// <summary>Whether the task has moved and holds nothing of this node's any more.</summary>
    public bool IsOver => MigratedTo is not null && Stake == Lamports.Zero && AvailableBalance == Lamports.Zero;

    /// <summary>What the ledger holds for this node to claim, as last seen.</summary>
    public required Lamports AvailableBalance { get; init; }

    /// <summary>What all closed rounds together brought.</summary>
    public required Lamports Earned { get; init; }

    /// <summary>What of the stake all closed rounds together cost.</summary>
    public required Lamports Lost { get; init; }

    /// <summary>What was claimed.</summary>
    public required Lamports Claimed { get; init; }

    /// <summary>The open rounds and the last closed ones, oldest first.</summary>
    public required ImmutableArray<RoundProgress> Rounds { get; init; }

    /// <summary>Whether the task runs.</summary>
    public required TaskState Task { get; init; }

    /// <summary>How often the task had to be started again.</summary>
    public required int Restarts { get; init; }

    /// <summary>The task's last line; null before the first.</summary>
    public required string? LastLine { get; init; }

    /// <summary>What went wrong last between the node and the ledger; null while all is well.</summary>
    public required string? LedgerError { get; init; }
}
