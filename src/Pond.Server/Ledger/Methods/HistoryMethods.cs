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
            Method("getTransaction", 1, 2, methods.GetTransaction),
            Method("getConfirmedTransaction", 1, 2, methods.GetTransaction),
            Method("getSignaturesForAddress", 1, 2, methods.GetSignaturesForAddress),
            Method("getConfirmedSignaturesForAddress2", 1, 2, methods.GetSignaturesForAddress),
        ];
    }

    private object GetBlockTime(RpcCall call) => FindBlock(new Slot(call.Number(0))).Time.ToUnixTimeSeconds();

    private object GetBlock(RpcCall call)
    {
        var settings = ReadSettings(call, out var encoder);
        var block = FindBlock(new Slot(call.Number(0)));
        var details = settings.Text("transactionDetails") ?? "full";
        return new BlockAnswer(block.Hash, block.ParentHash, block.ParentSlot, block.Time.ToUnixTimeSeconds(), block.Height)
        {
            Transactions = details is "full" or "accounts"
                ? [.. block.Transactions.Select(result => encoder.Encode(result))]
                : null,
            Signatures = details is "signatures" ? [.. block.Transactions.Select(result => result.Transaction.Id)] : null,
            // Fees are burnt, and nothing else is paid for a block.
            Rewards = settings.Member("rewards") is { ValueKind: JsonValueKind.False } ? null : [],
        };
    }

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
        RefuseProcessed(settings);
        var limit = settings.Number("limit") ?? MaxSignatures;
        if (limit is 0 or > MaxSignatures)
        {
            throw RpcErrors.InvalidParams($"Invalid limit; max {MaxSignatures}");
        }

        Signature? before = settings.Text("before") is { } beforeText ? RpcJson.Signature(beforeText) : null;
        Signature? until = settings.Text("until") is { } untilText ? RpcJson.Signature(untilText) : null;
        return _engine.History.FindByAccount(account, before, until, (int)limit)
            .Select(place => new SignatureForAddress(
                place.Result.Transaction.Id,
                place.Block.Slot,
                place.Result.Error.ToFailure(),
                place.Block.Time.ToUnixTimeSeconds(),
                Commitment.Finalized))
            .ToImmutableArray();
    }

    private Block FindBlock(Slot slot)
    {
        var history = _engine.History;
        var (latest, block) = (history.Latest.Slot, history.Find(slot));
        var first = history.FirstSlot;
        return block
            ?? throw (slot < first
                ? new RpcException(
                    RpcErrorCodes.BlockCleanedUp,
                    $"Block {slot} cleaned up, does not exist on node. First available block: {first}")
                : slot > latest
                    ? new RpcException(RpcErrorCodes.BlockNotAvailable, $"Block not available for slot {slot}")
                    : new RpcException(
                        RpcErrorCodes.SlotSkipped,
                        $"Slot {slot} was skipped, or missing due to ledger jump to recent snapshot"));
    }

    // The second parameter is an object, or in old clients the name of an encoding.
    private static RpcSettings ReadSettings(RpcCall call, out TransactionEncoder encoder)
    {
        var isBareText = call.Optional(1) is { ValueKind: JsonValueKind.String };
        var settings = isBareText ? default : call.Settings(1);
        RefuseProcessed(settings);
        encoder = new TransactionEncoder(
            isBareText ? call.Text(1) : settings.Encoding, settings.Number("maxSupportedTransactionVersion") is not null);
        return settings;
    }

    private static void RefuseProcessed(RpcSettings settings)
    {
        if (settings.Commitment is Commitment.Processed)
        {
            throw RpcErrors.InvalidParams("Method does not support commitment below `confirmed`");
        }
    }
}
