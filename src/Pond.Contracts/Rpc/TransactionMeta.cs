using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>What a transaction did.</summary>
/// <param name="Err">Why it failed; null if it succeeded.</param>
/// <param name="Status">The same in the form of old clients.</param>
/// <param name="Fee">What it paid.</param>
/// <param name="PreBalances">The balances of its accounts before, loaded ones last.</param>
/// <param name="PostBalances">The balances of its accounts after.</param>
/// <param name="PreTokenBalances">What its accounts held of tokens before.</param>
/// <param name="PostTokenBalances">What its accounts held of tokens after.</param>
/// <remarks>The other members are null where only a transaction's accounts were asked for.</remarks>
public sealed record TransactionMeta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] TransactionFailure? Err,
    TransactionResultAnswer Status,
    Lamports Fee,
    ImmutableArray<Lamports> PreBalances,
    ImmutableArray<Lamports> PostBalances,
    ImmutableArray<TokenBalanceAnswer> PreTokenBalances,
    ImmutableArray<TokenBalanceAnswer> PostTokenBalances)
{
    /// <summary>Calls that programs made of others.</summary>
    public ImmutableArray<InnerInstructionsAnswer>? InnerInstructions { get; init; }

    /// <summary>What its programs logged.</summary>
    public ImmutableArray<string>? LogMessages { get; init; }

    /// <summary>Rewards; no transaction pays any.</summary>
    public ImmutableArray<BlockReward>? Rewards { get; init; }

    /// <summary>The accounts that its lookups stand for; absent where the accounts themselves say so.</summary>
    public LoadedAddressesAnswer? LoadedAddresses { get; init; }

    /// <summary>What the last program returned; absent if nothing.</summary>
    public ReturnedData? ReturnData { get; init; }

    /// <summary>The compute units it took.</summary>
    public ulong? ComputeUnitsConsumed { get; init; }
}

/// <summary>The accounts that a transaction's lookups stand for.</summary>
/// <param name="Writable">Those that it asked to change.</param>
/// <param name="Readonly">Those that it only reads.</param>
public sealed record LoadedAddressesAnswer(ImmutableArray<Pubkey> Writable, ImmutableArray<Pubkey> Readonly);

/// <summary>The calls that one instruction's programs made of others.</summary>
/// <param name="Index">The instruction.</param>
/// <param name="Instructions">The calls in order, each a <see cref="JsonInstruction"/>, <see cref="ParsedInstruction"/> or
/// <see cref="UnparsedInstruction"/>.</param>
public sealed record InnerInstructionsAnswer(int Index, ImmutableArray<object> Instructions);
