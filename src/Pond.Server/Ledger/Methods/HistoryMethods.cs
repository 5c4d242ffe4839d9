using System.Collections.Immutable;
using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.Methods;

/// <summary>Sealed blocks and their transactions, by their new names and by those that Koii's client uses.</summary>
internal sealed class HistoryMethods
{
    private const ulong MaxSignatures = 1000;
    private const ulong MaxVersion = byte.MaxValue;

    // At most this range, which is more than an epoch.
    private const ulong MaxSlotRange = 500_000;

    // About what a transfer takes as JSON and on the way there.
    private const long BytesPerTransaction = 4096;

    private readonly LedgerEngine _engine;

    private HistoryMethods(LedgerEngine engine)
    {
        _engine = engine;
    }

    internal static IEnumerable<RpcMethod> All(LedgerEngine engine)
    {
        var methods = new HistoryMethods(engine);
        return
        [
            Method("getBlockTime", 1, 1, methods.GetBlockTime),
            Method("getBlock", 1, 2, methods.GetBlock),
            Method("getConfirmedBlock", 1, 2, methods.GetBlock),
            Method("getBlocks", 1, 3, methods.GetBlocks),
            Method("getConfirmedBlocks", 1, 3, methods.GetBlocks),
            Method("getBlocksWithLimit", 2, 3, methods.GetBlocksWithLimit),
            Method("getConfirmedBlocksWithLimit", 2, 3, methods.GetBlocksWithLimit),
            Method("getFirstAvailableBlock", 0, 0, methods.GetFirstSlot),
            Method("minimumLedgerSlot", 0, 0, methods.GetFirstSlot),
            Method("getTransaction", 1, 2, methods.GetTransaction),
            Method("getConfirmedTransaction", 1, 2, methods.GetTransaction),
            Method("getSignaturesForAddress", 1, 2, methods.GetSignaturesForAddress),
            Method("getConfirmedSignaturesForAddress2", 1, 2, methods.GetSignaturesForAddress),
        ];
    }

    private object GetBlockTime(RpcCall call) => FindBlock(new Slot(call.Number(0))).Time.ToUnixTimeSeconds();

    private object GetBlock(RpcCall call)
    {
        var slot = new Slot(call.Number(0));
        var settings = ReadSettings(call, out var transactions);
        var encoder = new BlockEncoder(settings, transactions, "rewards");
        var block = FindBlock(slot);
        call.Caller.Lease?.Take(block.Transactions.Length * BytesPerTransaction);
        return encoder.Encode(block);
    }

    // The second parameter is the last slot; if it is left out, the settings may take its place.
    private object GetBlocks(RpcCall call)
    {
        var first = new Slot(call.Number(0));
        var isSettings = call.Optional(1) is { ValueKind: JsonValueKind.Object };
        var settings = call.Settings(isSettings ? 1 : 2);
        settings.RefuseProcessed();
        Slot? last = !isSettings && call.Optional(1) is { } end ? new Slot(RpcJson.Number(end)) : null;
        return AtSealedSlot(settings, (history, latest) =>
        {
            var stop = last is { } given && given < latest ? given : latest;
            return stop >= first && stop - first > MaxSlotRange
                ? throw RpcErrors.InvalidParams($"Slot range too large; max {MaxSlotRange}")
                : history.FindSlots(first, stop, int.MaxValue);
        });
    }

    private object GetBlocksWithLimit(RpcCall call)
    {
        var (first, limit, settings) = (new Slot(call.Number(0)), call.Number(1), call.Settings(2));
        settings.RefuseProcessed();
        return limit <= MaxSlotRange
            ? AtSealedSlot(settings, (history, latest) => history.FindSlots(first, latest, (int)limit))
            : throw RpcErrors.InvalidParams($"Limit too large; max {MaxSlotRange}");
    }

    private object GetFirstSlot(RpcCall call) => _engine.History.FirstSlot;

    private object? GetTransaction(RpcCall call)
    {
        var id = RpcJson.Signature(call.Text(0));
        _ = ReadSettings(call, out var encoder);
        return _engine.History.Find(id) is { } place
            ? encoder.Encode(place.Result) with { Slot = place.Block.Slot, BlockTime = place.Block.Time.ToUnixTimeSeconds() }
            : null;
    }

    private object GetSignaturesForAddress(RpcCall call)
    {
        var (account, settings) = (call.Pubkey(0), call.Settings(1));
        settings.RefuseProcessed();
        var limit = settings.Number("limit") ?? MaxSignatures;
        if (limit is 0 or > MaxSignatures)
        {
            throw RpcErrors.InvalidParams($"Invalid limit; max {MaxSignatures}");
        }

        Signature? before = settings.Text("before") is { } beforeText ? RpcJson.Signature(beforeText) : null;
        Signature? until = settings.Text("until") is { } untilText ? RpcJson.Signature(untilText) : null;
        return AtSealedSlot(settings, (history, _) => history.FindByAccount(account, before, until, (int)limit))
            .Select(place => new SignatureForAddress(
                place.Result.Transaction.Id,
                place.Block.Slot,
                place.Result.Error.ToFailure(),
                place.Block.Time.ToUnixTimeSeconds(),
                Commitment.Finalized)
            {
                Memo = Memos.Of(place.Result.Transaction.Message),
            })
            .ToImmutableArray();
    }

    private T AtSealedSlot<T>(RpcSettings settings, Func<BlockHistory, Slot, T> read)
    {
        var latest = _engine.History.Latest.Slot;
        return settings.MinContextSlot > latest ? throw RpcErrors.MinContextSlotNotReached(latest) : read(_engine.History, latest);
    }

    private Block FindBlock(Slot slot)
    {
        var history = _engine.History;
        var (latest, block) = (history.Latest.Slot, history.Find(slot));
        var first = history.FirstSlot;
        return block
            ?? throw (slot < first ? RpcErrors.BlockCleanedUp(slot, first)
                : slot > latest ? RpcErrors.BlockNotAvailable(slot)
                : RpcErrors.SlotSkipped(slot));
    }

    // The second parameter is an object, or in old clients the name of an encoding.
    private static RpcSettings ReadSettings(RpcCall call, out TransactionEncoder encoder)
    {
        var isBareText = call.Optional(1) is { ValueKind: JsonValueKind.String };
        var settings = isBareText ? default : call.Settings(1);
        settings.RefuseProcessed();
        var version = settings.Number("maxSupportedTransactionVersion");
        encoder = version is not > MaxVersion
            ? new TransactionEncoder(isBareText ? call.Text(1) : settings.Encoding, isVersionKnown: version is not null)
            : throw RpcErrors.InvalidParams($"Invalid params: invalid value: integer `{version}`, expected u8.");
        return settings;
    }
}
