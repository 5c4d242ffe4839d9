using Pond.Primitives;

namespace Pond.Node.Money;

/// <summary>One step of a saga: one transaction, which happens once, entirely or not at all.</summary>
/// <param name="Kind">What it does.</param>
public sealed record SagaStep(SagaStepKind Kind)
{
    /// <summary>The task; null for a transfer.</summary>
    public Pubkey? Task { get; init; }

    /// <summary>The key that holds the stake; null for a transfer.</summary>
    public Pubkey? StakingKey { get; init; }

    /// <summary>Who gets a transfer; null for the others.</summary>
    public Pubkey? To { get; init; }

    /// <summary>How much. For a restake at most so much, and nothing means everything; for leaving and claiming it is always everything.</summary>
    public Lamports Amount { get; init; }

    /// <summary>Where others reach the node, as the ledger lists it; blank for nowhere.</summary>
    public string Address { get; init; } = "";
}
