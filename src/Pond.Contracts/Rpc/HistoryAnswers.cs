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
/// <param name="Transaction">A <see cref="JsonTransaction"/> or <see cref="EncodedBytes"/>, as the encoding has it.</param>
/// <param name="Meta">What it did.</param>
public sealed record TransactionAnswer(object Transaction, TransactionMeta Meta)
{
    /// <summary>Its slot; null inside a block.</summary>
    public Slot? Slot { get; init; }

    /// <summary>When its slot began, in seconds since 1970; null inside a block.</summary>
    public long? BlockTime { get; init; }

    /// <summary><c>legacy</c>; null if the caller does not know versions.</summary>
    public string? Version { get; init; }
}

/// <summary>What a transaction did.</summary>
/// <param name="Err">Why it failed; null if it succeeded.</param>
/// <param name="Status">The same in the form of old clients.</param>
/// <param name="Fee">What it paid.</param>
/// <param name="PreBalances">The balances of its accounts before.</param>
/// <param name="PostBalances">The balances of its accounts after.</param>
/// <param name="LogMessages">What its programs logged.</param>
/// <param name="ComputeUnitsConsumed">The compute units it took.</param>
public sealed record TransactionMeta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] TransactionFailure? Err,
    TransactionResultAnswer Status,
    Lamports Fee,
    ImmutableArray<Lamports> PreBalances,
    ImmutableArray<Lamports> PostBalances,
    ImmutableArray<string> LogMessages,
    ulong ComputeUnitsConsumed)
{
    /// <summary>Calls that programs made of others; no program of this ledger makes any.</summary>
    public ImmutableArray<object> InnerInstructions { get; init; } = [];

    /// <summary>Token balances before; this ledger has no tokens yet.</summary>
    public ImmutableArray<object> PreTokenBalances { get; init; } = [];

    /// <summary>Token balances after.</summary>
    public ImmutableArray<object> PostTokenBalances { get; init; } = [];

    /// <summary>Rewards; no transaction pays any.</summary>
    public ImmutableArray<object> Rewards { get; init; } = [];
}

/// <summary>A transaction in the encoding <c>json</c>.</summary>
/// <param name="Signatures">The signatures.</param>
/// <param name="Message">What is signed.</param>
public sealed record JsonTransaction(ImmutableArray<Signature> Signatures, JsonMessage Message);

/// <summary>A message in the encoding <c>json</c>.</summary>
/// <param name="Header">How many keys have which role.</param>
/// <param name="AccountKeys">The keys.</param>
/// <param name="RecentBlockhash">The blockhash.</param>
/// <param name="Instructions">The calls.</param>
public sealed record JsonMessage(
    MessageHeader Header, ImmutableArray<Pubkey> AccountKeys, Hash RecentBlockhash, ImmutableArray<JsonInstruction> Instructions);

/// <summary>How many keys of a message have which role.</summary>
/// <param name="NumRequiredSignatures">How many sign.</param>
/// <param name="NumReadonlySignedAccounts">How many of those are only read.</param>
/// <param name="NumReadonlyUnsignedAccounts">How many of the others are only read.</param>
public sealed record MessageHeader(int NumRequiredSignatures, int NumReadonlySignedAccounts, int NumReadonlyUnsignedAccounts);

/// <summary>A call in the encoding <c>json</c>.</summary>
/// <param name="ProgramIdIndex">The program's index among the keys.</param>
/// <param name="Accounts">The accounts' indexes.</param>
/// <param name="Data">The call's bytes in base58.</param>
public sealed record JsonInstruction(int ProgramIdIndex, ImmutableArray<int> Accounts, string Data)
{
    /// <summary>How deep the call stands in others; null for a transaction's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? StackHeight { get; init; }
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
