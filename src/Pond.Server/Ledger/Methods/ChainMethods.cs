using System.Collections.Immutable;
using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.Methods;

/// <summary>The chain as a whole: slots, heights, hashes, prices.</summary>
internal sealed class ChainMethods
{
    private readonly LedgerEngine _engine;

    private ChainMethods(LedgerEngine engine)
    {
        _engine = engine;
    }

    internal static IEnumerable<RpcMethod> All(LedgerEngine engine)
    {
        var methods = new ChainMethods(engine);
        return
        [
            Method("getSlot", 0, 1, methods.GetSlot),
            Method("getBlockHeight", 0, 1, methods.GetBlockHeight),
            Method("getTransactionCount", 0, 1, methods.GetTransactionCount),
            Method("getLatestBlockhash", 0, 1, methods.GetLatestBlockhash),
            Method("isBlockhashValid", 1, 2, methods.IsBlockhashValid),
            Method("getRecentPerformanceSamples", 0, 2, methods.GetRecentPerformanceSamples),
            Method("getMinimumBalanceForRentExemption", 1, 2, GetMinimumBalanceForRentExemption),
            Method("getConservation", 0, 1, methods.GetConservation),
        ];
    }

    private static object GetMinimumBalanceForRentExemption(RpcCall call)
    {
        var sizeBytes = call.Number(0);
        _ = call.Settings(1).Commitment;
        return sizeBytes <= MaxAccountSizeBytes
            ? Rent.MinimumFor(sizeBytes)
            : throw RpcErrors.InvalidParams($"Invalid params: an account has at most {MaxAccountSizeBytes} bytes of data.");
    }

    // 50 MiB, as the System program has it.
    private const ulong MaxAccountSizeBytes = 50 * 1024 * 1024;

    private object GetSlot(RpcCall call) => _engine.AtLevel(call.Settings(0), (bank, _, slot) => slot);

    private object GetBlockHeight(RpcCall call) => _engine.AtLevel(call.Settings(0), (bank, history, slot) => bank.HeightAt(history, slot));

    private object GetTransactionCount(RpcCall call) =>
        _engine.AtLevel(call.Settings(0), (_, history, _) => history.TransactionCount);

    private object GetLatestBlockhash(RpcCall call) => _engine.Answer(call.Settings(0), bank =>
    {
        var hash = bank.BlockhashAt(_engine.History, call.Settings(0).Commitment);
        return new LatestBlockhash(hash, bank.LastValidBlockHeight(hash));
    });

    // Koii's client may send its commitment in place of the number, or after it.
    private object GetRecentPerformanceSamples(RpcCall call)
    {
        var isSettings = call.Optional(0) is { ValueKind: JsonValueKind.Object };
        _ = call.Settings(isSettings ? 0 : 1).Commitment;
        var limit = !isSettings && call.Optional(0) is { } value ? RpcJson.Number(value) : PerformanceLog.MaxSamples;
        return limit <= PerformanceLog.MaxSamples
            ? _engine.ReadPerformance((int)limit)
                .Select(sample => new PerformanceSample(
                    sample.Last, sample.Transactions, sample.Transactions, sample.Slots, (ushort)sample.Duration.TotalSeconds))
                .ToImmutableArray()
            : throw RpcErrors.InvalidParams($"Invalid limit; max {PerformanceLog.MaxSamples}");
    }

    private object IsBlockhashValid(RpcCall call)
    {
        var hash = call.Hash(0);
        return _engine.Answer(call.Settings(1), bank => bank.IsBlockhashRecent(hash));
    }

    private object GetConservation(RpcCall call) =>
        _engine.Answer(call.Settings(0), bank => new Conservation(bank.TotalLamports, bank.FeesBurnt, _engine.InitialSupply)).Value;
}
