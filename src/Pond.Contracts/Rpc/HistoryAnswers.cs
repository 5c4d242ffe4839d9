using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>The answer of <c>getBlock</c>.</summary>
/// <param name="Blockhash">The block's hash.</param>
/// <param name="PreviousBlockhash">Its parent's hash.</param>
/// <param name="ParentSlot">Its parent's slot.</param>
/// <param name="BlockTime">When its slot began, in seconds since 1970.</param>
/// <param name="BlockHeight">Its number among the blocks.</param>
public sealed record BlockAnswer(Hash Blockhash, Hash PreviousBlockhash, Slot ParentSlot, long BlockTime, ulong BlockHeight)
{
    /// <summary>Its transactions, if they were asked for.</summary>
    public ImmutableArray<TransactionAnswer>? Transactions { get; init; }

    /// <summary>Its transactions' ids, if they were asked for.</summary>
    public ImmutableArray<Signature>? Signatures { get; init; }

    /// <summary>What was paid for it; null if that was not asked for.</summary>
    public ImmutableArray<BlockReward>? Rewards { get; init; }
}

/// <summary>What somebody was paid for a block.</summary>
/// <param name="Pubkey">Who.</param>
/// <param name="Lamports">How much.</param>
/// <param name="PostBalance">Their balance afterwards.</param>
public sealed record BlockReward(Pubkey Pubkey, long Lamports, Lamports PostBalance);

/// <summary>A landed transaction, as <c>getTransaction</c> and <c>getBlock</c> show it.</summary>
/// <param name="Transaction">A <see cref="JsonTransaction"/>, <see cref="AccountsOfTransaction"/> or <see cref="EncodedBytes"/>, as was asked for.</param>
/// <param name="Meta">What it did.</param>
public sealed record TransactionAnswer(object Transaction, TransactionMeta Meta)
{
    /// <summary>Its slot; null inside a block.</summary>
    public Slot? Slot { get; init; }

    /// <summary>When its slot began, in seconds since 1970; null inside a block.</summary>
    public long? BlockTime { get; init; }

    /// <summary><c>legacy</c>, or the version's number; null if the caller does not know versions.</summary>
    public object? Version { get; init; }
}

/// <summary>One entry of <c>getSignaturesForAddress</c>.</summary>
/// <param name="Signature">The transaction's id.</param>
/// <param name="Slot">Where it landed.</param>
/// <param name="Err">Why it failed; null if it succeeded.</param>
/// <param name="BlockTime">When its slot began, in seconds since 1970.</param>
/// <param name="ConfirmationStatus">How settled its block is.</param>
public sealed record SignatureForAddress(
    Signature Signature,
    Slot Slot,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] TransactionFailure? Err,
    long BlockTime,
    Commitment ConfirmationStatus)
{
    /// <summary>The transaction's memo; null if it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Memo { get; init; }
}
