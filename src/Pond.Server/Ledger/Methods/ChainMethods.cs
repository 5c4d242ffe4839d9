using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.Methods;

/// <summary>The chain as a whole: slots, heights, hashes, the node itself.</summary>
internal sealed class ChainMethods
{
    /// <summary>K2's default. Nothing of this ledger depends on epochs.</summary>
    internal const ulong SlotsPerEpoch = 432_000;

    private readonly LedgerEngine _engine;
    private readonly LedgerHostOptions _options;

    private ChainMethods(LedgerEngine engine, LedgerHostOptions options)
    {
        _engine = engine;
        _options = options;
    }

    internal static IEnumerable<RpcMethod> All(LedgerEngine engine, LedgerHostOptions options)
    {
        var methods = new ChainMethods(engine, options);
        return
        [
            Method("getHealth", 0, 0, methods.GetHealth),
            Method("getVersion", 0, 0, _ => new LedgerVersion(ApiVersion)),
            Method("getIdentity", 0, 0, methods.GetIdentity),
            Method("getGenesisHash", 0, 0, methods.GetGenesisHash),
            Method("getSlot", 0, 1, methods.GetSlot),
            Method("getBlockHeight", 0, 1, methods.GetBlockHeight),
            Method("getEpochInfo", 0, 1, methods.GetEpochInfo),
            Method("getTransactionCount", 0, 1, methods.GetTransactionCount),
            Method("getLatestBlockhash", 0, 1, methods.GetLatestBlockhash),
            Method("getRecentBlockhash", 0, 1, methods.GetRecentBlockhash),
            Method("isBlockhashValid", 1, 2, methods.IsBlockhashValid),
            Method("getMinimumBalanceForRentExemption", 1, 2, GetMinimumBalanceForRentExemption),
            Method("getConservation", 0, 1, methods.GetConservation),
        ];
    }

    private static object GetMinimumBalanceForRentExemption(RpcCall call)
    {
        var sizeBytes = call.Number(0);
        return sizeBytes <= MaxAccountSizeBytes
            ? Rent.MinimumFor(sizeBytes)
            : throw RpcErrors.InvalidParams($"Invalid params: an account has at most {MaxAccountSizeBytes} bytes of data.");
    }

    // 50 MiB, as the System program has it.
    private const ulong MaxAccountSizeBytes = 50 * 1024 * 1024;

    private object GetHealth(RpcCall call)
    {
        var behind = _engine.SlotsBehind;
        return _engine.IsHealthy
            ? "ok"
            : throw new RpcException(
                RpcErrorCodes.NodeUnhealthy, $"Node is behind by {behind} slots", new { numSlotsBehind = behind });
    }

    private object GetIdentity(RpcCall call) => new LedgerIdentity(_options.Producer.PublicKey);

    private object GetGenesisHash(RpcCall call) => _engine.Read((_, history) => history.GenesisHash);

    private object GetSlot(RpcCall call) => AtLevel(call.Settings(0), (bank, _, slot) => slot);

    private object GetBlockHeight(RpcCall call) => AtLevel(call.Settings(0), (bank, _, _) => bank.BlockHeight);

    private object GetTransactionCount(RpcCall call) =>
        AtLevel(call.Settings(0), (_, history, _) => history.TransactionCount);

    private object GetEpochInfo(RpcCall call) => AtLevel(call.Settings(0), (bank, history, slot) =>
    {
        var (epoch, index) = Math.DivRem(slot.Value, SlotsPerEpoch);
        return new EpochInfo(slot, bank.BlockHeight, epoch, index, SlotsPerEpoch, history.TransactionCount);
    });

    private object GetLatestBlockhash(RpcCall call) => _engine.Answer(call.Settings(0), bank =>
    {
        var hash = bank.LatestBlock.Hash;
        return new LatestBlockhash(hash, bank.LastValidBlockHeight(hash));
    });

    private object GetRecentBlockhash(RpcCall call) => _engine.Answer(call.Settings(0), bank =>
        new RecentBlockhash(bank.LatestBlock.Hash, new FeeCalculator(Bank.FeePerSignature)));

    private object IsBlockhashValid(RpcCall call)
    {
        var hash = call.Hash(0);
        return _engine.Answer(call.Settings(1), bank => bank.IsBlockhashRecent(hash));
    }

    private object GetConservation(RpcCall call) =>
        _engine.Answer(call.Settings(0), bank => new Conservation(bank.TotalLamports, bank.FeesBurnt, _engine.InitialSupply)).Value;

    private T AtLevel<T>(RpcSettings settings, Func<Bank, BlockHistory, Slot, T> read)
    {
        var (commitment, minSlot) = (settings.Commitment, settings.MinContextSlot);
        return _engine.Read((bank, history) =>
        {
            var slot = bank.SlotAt(commitment);
            return minSlot > slot ? throw RpcErrors.MinContextSlotNotReached(slot) : read(bank, history, slot);
        });
    }
}
