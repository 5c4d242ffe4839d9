using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Pond.Contracts.Rpc;

/// <summary>What a transaction would do: the answer of <c>simulateTransaction</c>, and the data of a failed preflight.</summary>
/// <param name="Err">Why it would fail; null if it would succeed.</param>
/// <param name="Logs">What its programs logged; empty if none ran.</param>
/// <param name="Accounts">The accounts asked for as they would be afterwards; null if none were asked for.</param>
/// <param name="UnitsConsumed">The compute units it would take.</param>
public sealed record SimulationAnswer(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] TransactionFailure? Err,
    ImmutableArray<string> Logs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ImmutableArray<AccountAnswer?>? Accounts,
    ulong UnitsConsumed)
{
    /// <summary>What the last program returned; null if it returned nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ReturnedData? ReturnData { get; init; }

    /// <summary>The calls that programs would make of others; null unless they were asked for.</summary>
    public ImmutableArray<InnerInstructionsAnswer>? InnerInstructions { get; init; }

    /// <summary>The hash that took the place of the transaction's own; null unless that was asked for.</summary>
    public LatestBlockhash? ReplacementBlockhash { get; init; }
}

/// <summary>What a program returned.</summary>
/// <param name="ProgramId">The program.</param>
/// <param name="Data">The bytes.</param>
public sealed record ReturnedData(Primitives.Pubkey ProgramId, EncodedBytes Data);
