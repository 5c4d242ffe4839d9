using System.Text.Json.Serialization;
using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>The answer of <c>getLatestBlockhash</c>.</summary>
/// <param name="Blockhash">The newest block's hash.</param>
/// <param name="LastValidBlockHeight">The last block height (not slot) at which a transaction with this hash is taken.</param>
public sealed record LatestBlockhash(Hash Blockhash, ulong LastValidBlockHeight);

/// <summary>The answer of <c>getRecentBlockhash</c>, the only blockhash call of the Koii client.</summary>
/// <param name="Blockhash">A recent block's hash.</param>
/// <param name="FeeCalculator">What a signature costs.</param>
public sealed record RecentBlockhash(Hash Blockhash, FeeCalculator FeeCalculator);

/// <summary>The price of transactions.</summary>
/// <param name="LamportsPerSignature">What each signature costs.</param>
public sealed record FeeCalculator(Lamports LamportsPerSignature);

/// <summary>The answer of <c>getEpochInfo</c>.</summary>
/// <param name="AbsoluteSlot">The slot.</param>
/// <param name="BlockHeight">How many blocks lie below the newest one; skipped slots have no block.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="SlotIndex">The slot's place in the epoch, from 0.</param>
/// <param name="SlotsInEpoch">The epoch's length.</param>
/// <param name="TransactionCount">How many transactions have landed since genesis.</param>
public sealed record EpochInfo(
    Slot AbsoluteSlot, ulong BlockHeight, ulong Epoch, ulong SlotIndex, ulong SlotsInEpoch, ulong TransactionCount);

/// <summary>The answer of <c>getVersion</c>.</summary>
/// <param name="SolanaCore">The version of Solana whose interface the ledger speaks; Koii clients require the name.</param>
public sealed record LedgerVersion([property: JsonPropertyName("solana-core")] string SolanaCore);

/// <summary>The answer of <c>getIdentity</c>.</summary>
/// <param name="Identity">The key that produces the blocks.</param>
public sealed record LedgerIdentity(Pubkey Identity);

/// <summary>The answer of <c>getConservation</c>: no lamport appears or vanishes except by fees burnt.</summary>
/// <param name="Total">The sum of all accounts.</param>
/// <param name="BurntFees">The fees burnt since genesis.</param>
/// <param name="InitialSupply">The sum of all accounts at genesis.</param>
public sealed record Conservation(Lamports Total, Lamports BurntFees, Lamports InitialSupply)
{
    /// <summary>What the owner of a local network has made out of nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Lamports LocallyMinted { get; init; }

    /// <summary>What the owner of a local network has let vanish.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Lamports LocallyDestroyed { get; init; }

    /// <summary>Whether the books balance.</summary>
    [JsonIgnore]
    public bool Holds => Total + BurntFees + LocallyDestroyed == InitialSupply + LocallyMinted;
}

/// <summary>The answer of Koii's own methods: a value under the name <c>data</c>.</summary>
/// <param name="Data">The value.</param>
public sealed record DataAnswer<T>(T Data);
