using System.Collections.Immutable;
using Pond.Primitives.Transactions;

namespace Pond.Ledger;

/// <summary>What a transaction would do now. Nothing has changed.</summary>
/// <param name="Error">Why it would fail; null if it would succeed.</param>
/// <param name="Logs">The log lines.</param>
/// <param name="UnitsConsumed">The compute units.</param>
/// <param name="Fee">What it would pay.</param>
/// <param name="Accounts">
/// The message's accounts afterwards, in their order, then the loaded ones; null where there would be none. Empty if it would not land, or they were not asked for.
/// </param>
/// <param name="ReplacementBlockhash">The blockhash that was put in, if that was asked for.</param>
public sealed record SimulationResult(
    TransactionError? Error,
    ImmutableArray<string> Logs,
    ulong UnitsConsumed,
    Lamports Fee,
    ImmutableArray<Account?> Accounts,
    Hash? ReplacementBlockhash)
{
    /// <summary>The accounts that the message's lookups stand for; none if it would not land.</summary>
    public LoadedAddresses Loaded { get; init; } = LoadedAddresses.None;

    /// <summary>The calls that programs would make of each other, by instruction; an instruction without calls is left out.</summary>
    public ImmutableArray<InnerInstructions> InnerInstructions { get; init; } = [];

    /// <summary>What the last program would hand back; null if nothing.</summary>
    public ReturnData? ReturnData { get; init; }
}
