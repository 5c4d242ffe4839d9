namespace Pond.Primitives.Tasks;

/// <summary>A task in the list of all tasks, as <c>getTasks</c> answers it: enough to choose by, and small however many take part.</summary>
public sealed record TaskSummary
{
    /// <summary>The task's id.</summary>
    public required Pubkey Task { get; init; }

    /// <summary>The name, at most 24 bytes; its creator's words.</summary>
    public required string Name { get; init; }

    /// <summary>Who created the task and may change it.</summary>
    public required Pubkey Manager { get; init; }

    /// <summary>Whether stakes and submissions are taken.</summary>
    public required bool IsActive { get; init; }

    /// <summary>Whether the task has moved to another account.</summary>
    public required bool IsMigrated { get; init; }

    /// <summary>The mint of the token that the amounts are in; null if they are lamports.</summary>
    public Pubkey? Token { get; init; }

    /// <summary>What is left of the bounty.</summary>
    public required Lamports TotalBounty { get; init; }

    /// <summary>What one round pays at most.</summary>
    public required Lamports BountyPerRound { get; init; }

    /// <summary>The least stake with which a node may submit.</summary>
    public required Lamports MinimumStake { get; init; }
}
