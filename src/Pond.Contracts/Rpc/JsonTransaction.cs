using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>A transaction in the encodings <c>json</c> and <c>jsonParsed</c>.</summary>
/// <param name="Signatures">The signatures.</param>
/// <param name="Message">What is signed: a <see cref="JsonMessage"/> or a <see cref="ParsedMessage"/>.</param>
public sealed record JsonTransaction(ImmutableArray<Signature> Signatures, object Message);

/// <summary>A transaction of which only the accounts were asked for.</summary>
/// <param name="Signatures">The signatures.</param>
/// <param name="AccountKeys">The accounts, loaded ones last.</param>
public sealed record AccountsOfTransaction(ImmutableArray<Signature> Signatures, ImmutableArray<ParsedAccountKey> AccountKeys);

/// <summary>A message in the encoding <c>json</c>.</summary>
/// <param name="Header">How many keys have which role.</param>
/// <param name="AccountKeys">The keys in the message.</param>
/// <param name="RecentBlockhash">The blockhash.</param>
/// <param name="Instructions">The calls.</param>
public sealed record JsonMessage(
    MessageHeader Header, ImmutableArray<Pubkey> AccountKeys, Hash RecentBlockhash, ImmutableArray<JsonInstruction> Instructions)
{
    /// <summary>What is loaded from tables; absent in a legacy message.</summary>
    public ImmutableArray<JsonLookup>? AddressTableLookups { get; init; }
}

/// <summary>How many keys of a message have which role.</summary>
/// <param name="NumRequiredSignatures">How many sign.</param>
/// <param name="NumReadonlySignedAccounts">How many of those are only read.</param>
/// <param name="NumReadonlyUnsignedAccounts">How many of the others are only read.</param>
public sealed record MessageHeader(int NumRequiredSignatures, int NumReadonlySignedAccounts, int NumReadonlyUnsignedAccounts);

/// <summary>Accounts that a message loads from a table.</summary>
/// <param name="AccountKey">The table.</param>
/// <param name="WritableIndexes">The places of those that it asks to change.</param>
/// <param name="ReadonlyIndexes">The places of those that it only reads.</param>
public sealed record JsonLookup(Pubkey AccountKey, ImmutableArray<int> WritableIndexes, ImmutableArray<int> ReadonlyIndexes);

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

/// <summary>A message in the encoding <c>jsonParsed</c>.</summary>
/// <param name="AccountKeys">The accounts with their roles, loaded ones last.</param>
/// <param name="RecentBlockhash">The blockhash.</param>
/// <param name="Instructions">The calls, each a <see cref="ParsedInstruction"/> or an <see cref="UnparsedInstruction"/>.</param>
public sealed record ParsedMessage(
    ImmutableArray<ParsedAccountKey> AccountKeys, Hash RecentBlockhash, ImmutableArray<object> Instructions)
{
    /// <summary>What is loaded from tables; absent in a legacy message.</summary>
    public ImmutableArray<JsonLookup>? AddressTableLookups { get; init; }
}

/// <summary>An account of a transaction.</summary>
/// <param name="Pubkey">Its address.</param>
/// <param name="Signer">Whether it signs.</param>
/// <param name="Writable">Whether the transaction may change it.</param>
/// <param name="Source"><c>transaction</c> or <c>lookupTable</c>.</param>
public sealed record ParsedAccountKey(Pubkey Pubkey, bool Signer, bool Writable, string Source);

/// <summary>A call, taken apart.</summary>
/// <param name="Program">The program's name, such as <c>system</c>.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="Parsed">Its kind under <c>type</c> and its fields under <c>info</c>; for a memo its text.</param>
public sealed record ParsedInstruction(string Program, Pubkey ProgramId, object Parsed)
{
    /// <summary>How deep the call stands in others; null for a transaction's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? StackHeight { get; init; }
}

/// <summary>A call of a program whose calls nobody takes apart.</summary>
/// <param name="ProgramId">The program.</param>
/// <param name="Accounts">The accounts.</param>
/// <param name="Data">The call's bytes in base58.</param>
public sealed record UnparsedInstruction(Pubkey ProgramId, ImmutableArray<Pubkey> Accounts, string Data)
{
    /// <summary>How deep the call stands in others; null for a transaction's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? StackHeight { get; init; }
}
