using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Client.Ledger;

/// <content>The chain and the books.</content>
public sealed partial class LedgerClient
{
    /// <summary>The slot at a level; at <see cref="Commitment.Processed"/> the one that is being filled.</summary>
    public Task<Slot> GetSlotAsync(Commitment commitment, CancellationToken cancellationToken) =>
        CallAsync<Slot>("getSlot", [At(commitment)], cancellationToken);

    /// <summary>The hash of a slot's confirmed block; null if the slot passed without one, has not come yet, or is older than the ledger's history.</summary>
    public async Task<Hash?> GetBlockHashAsync(Slot slot, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await CallAsync<BlockHeader?>(
                "getBlock",
                [slot, new { commitment = Commitment.Confirmed, transactionDetails = "none", rewards = false, maxSupportedTransactionVersion = 0 }],
                cancellationToken);
            return answer?.Blockhash;
        }
        catch (RpcException exception) when (
            exception.Code is RpcErrorCodes.SlotSkipped or RpcErrorCodes.BlockNotAvailable or RpcErrorCodes.BlockCleanedUp)
        {
            return null;
        }
    }

    /// <summary>How many blocks lie below the newest one of a level.</summary>
    public Task<ulong> GetBlockHeightAsync(Commitment commitment, CancellationToken cancellationToken) =>
        CallAsync<ulong>("getBlockHeight", [At(commitment)], cancellationToken);

    /// <summary>Slot, height and epoch, all of one moment.</summary>
    public Task<EpochInfo> GetEpochInfoAsync(Commitment commitment, CancellationToken cancellationToken) =>
        CallAsync<EpochInfo>("getEpochInfo", [At(commitment)], cancellationToken);

    /// <summary>The newest block's hash, to sign transactions with.</summary>
    public Task<Contextual<LatestBlockhash>> GetLatestBlockhashAsync(Commitment commitment, CancellationToken cancellationToken) =>
        CallAsync<Contextual<LatestBlockhash>>("getLatestBlockhash", [At(commitment)], cancellationToken);

    /// <summary>The same as <see cref="GetLatestBlockhashAsync"/> by its old name, without the height.</summary>
    public Task<Contextual<RecentBlockhash>> GetRecentBlockhashAsync(Commitment commitment, CancellationToken cancellationToken) =>
        CallAsync<Contextual<RecentBlockhash>>("getRecentBlockhash", [At(commitment)], cancellationToken);

    /// <summary>Whether a transaction with this hash would still be taken.</summary>
    public async Task<bool> IsBlockhashValidAsync(Hash blockhash, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<bool>>("isBlockhashValid", [blockhash, At(Commitment.Processed)], cancellationToken)).Value;

    /// <summary>How many transactions have landed since genesis.</summary>
    public Task<ulong> GetTransactionCountAsync(Commitment commitment, CancellationToken cancellationToken) =>
        CallAsync<ulong>("getTransactionCount", [At(commitment)], cancellationToken);

    /// <summary>The hash that names the network.</summary>
    public Task<Hash> GetGenesisHashAsync(CancellationToken cancellationToken) =>
        CallAsync<Hash>("getGenesisHash", [], cancellationToken);

    /// <summary>The key of the ledger node that answers.</summary>
    public async Task<Pubkey> GetIdentityAsync(CancellationToken cancellationToken) =>
        (await CallAsync<LedgerIdentity>("getIdentity", [], cancellationToken)).Identity;

    /// <summary>The version of the interface.</summary>
    public Task<LedgerVersion> GetVersionAsync(CancellationToken cancellationToken) =>
        CallAsync<LedgerVersion>("getVersion", [], cancellationToken);

    /// <summary>Returns if the ledger says that it is well.</summary>
    /// <exception cref="RpcException">It says that it is behind or unhealthy.</exception>
    public Task GetHealthAsync(CancellationToken cancellationToken) => CallAsync<string>("getHealth", [], cancellationToken);

    /// <summary>The sums that show that no lamport appeared or vanished. Only our own ledgers answer it.</summary>
    public Task<Conservation> GetConservationAsync(CancellationToken cancellationToken) =>
        CallAsync<Conservation>("getConservation", [], cancellationToken);

    private static object At(Commitment commitment) => new { commitment };

    private sealed record BlockHeader(Hash Blockhash);
}
