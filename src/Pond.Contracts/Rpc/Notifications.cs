using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>A slot began.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Parent">The slot of the last block.</param>
/// <param name="Root">The newest slot that is final.</param>
public sealed record SlotNotification(Slot Slot, Slot Parent, Slot Root);

/// <summary>A transaction landed; the last notification of its subscription.</summary>
/// <param name="Err">Why it failed; null if it succeeded.</param>
public sealed record SignatureNotification([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] TransactionFailure? Err);

/// <summary>What a transaction logged.</summary>
/// <param name="Signature">The transaction.</param>
/// <param name="Err">Why it failed; null if it succeeded.</param>
/// <param name="Logs">The lines.</param>
public sealed record LogsNotification(
    Signature Signature,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] TransactionFailure? Err,
    ImmutableArray<string> Logs);

/// <summary>A block is final.</summary>
/// <param name="Slot">Its slot.</param>
/// <param name="Err">Why it can't be shown, for a subscriber who does not know a transaction's version; null if it can.</param>
/// <param name="Block">The block, with those of its transactions that the subscription asks for; null if it can't be shown.</param>
public sealed record BlockNotification(
    Slot Slot,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] object? Err,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] BlockAnswer? Block);

/// <summary>A step in the life of a slot.</summary>
/// <param name="Type"><c>createdBank</c>, <c>frozen</c>, <c>optimisticConfirmation</c> or <c>root</c>.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Timestamp">When it happened, in milliseconds since 1970.</param>
public sealed record SlotUpdate(string Type, Slot Slot, long Timestamp)
{
    /// <summary>The slot of the last block, for <c>createdBank</c>.</summary>
    public Slot? Parent { get; init; }

    /// <summary>What the block holds, for <c>frozen</c>.</summary>
    public SlotStats? Stats { get; init; }
}

/// <summary>What a block holds.</summary>
/// <param name="NumTransactionEntries">How many entries with transactions.</param>
/// <param name="NumSuccessfulTransactions">How many transactions that did what they say.</param>
/// <param name="NumFailedTransactions">How many that only paid their fee.</param>
/// <param name="MaxTransactionsPerEntry">How many transactions are in its longest entry.</param>
public sealed record SlotStats(
    ulong NumTransactionEntries, ulong NumSuccessfulTransactions, ulong NumFailedTransactions, ulong MaxTransactionsPerEntry);
