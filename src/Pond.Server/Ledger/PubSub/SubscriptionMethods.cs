using System.Security.Cryptography;
using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Server.Ledger.Methods;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.PubSub;

/// <summary>The methods that only a socket has: each kind of subscription, and its end.</summary>
internal static class SubscriptionMethods
{
    internal static IEnumerable<RpcMethod> All() =>
    [
        .. Pair("account", 1, 2, Account),
        .. Pair("program", 1, 2, Program),
        .. Pair("signature", 1, 2, Signature),
        .. Pair("logs", 1, 2, Logs),
        .. Pair("block", 1, 2, Block),
        .. Pair("slot", 0, 0, _ => Plain(ChangeKind.Slot)),
        .. Pair("slotsUpdates", 0, 0, _ => Plain(ChangeKind.SlotUpdate)),
        .. Pair("root", 0, 0, _ => Plain(ChangeKind.Root)),
        // One producer needs no votes, so none is ever told of.
        .. Pair("vote", 0, 0, _ => Plain(ChangeKind.Vote)),
    ];

    private static IEnumerable<RpcMethod> Pair(string name, int minParameters, int maxParameters, Func<RpcCall, Topic> read) =>
    [
        Method($"{name}Subscribe", minParameters, maxParameters, call => call.Connection!.Subscribe(read(call))),
        Method($"{name}Unsubscribe", 1, 1, call =>
            call.Connection!.Unsubscribe(call.Number(0)) ? true : throw PubSubErrors.InvalidId()),
    ];

    private static Topic Plain(ChangeKind kind) => new(new Interest(kind), Commitment.Finalized, "");

    private static AccountTopic Account(RpcCall call)
    {
        var (key, settings) = (Key(call.Value(0), "pubkey"), call.Settings(1));
        var level = settings.Commitment;
        return new(new(ChangeKind.Account, key), level, Form(settings), new AccountEncoder(settings, defaultEncoding: null), []);
    }

    private static AccountTopic Program(RpcCall call)
    {
        var (key, settings) = (Key(call.Value(0), "pubkey"), call.Settings(1));
        var filters = AccountDataFilter.ParseAll(settings);
        var form = settings.Member("filters") is { } list
            ? $"{Form(settings)} {Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(list.GetRawText())))}"
            : Form(settings);
        return new(
            new(ChangeKind.Program, key), settings.Commitment, form, new AccountEncoder(settings, defaultEncoding: null), filters);
    }

    private static SignatureTopic Signature(RpcCall call)
    {
        var id = Primitives.Signature.TryParse(RpcJson.Text(call.Value(0)), out var parsed) ? parsed : throw PubSubErrors.Invalid("signature");
        var settings = call.Settings(1);
        return new(
            new(ChangeKind.Signature, Transaction: id), settings.Commitment, settings.Flag("enableReceivedNotification"));
    }

    private static Topic Logs(RpcCall call)
    {
        var level = call.Settings(1).Commitment;
        return call.Value(0) switch
        {
            // No transaction of this ledger is a vote, so both mean the same.
            { ValueKind: JsonValueKind.String } text when text.GetString() is "all" or "allWithVotes" =>
                new(new(ChangeKind.Logs), level, ""),
            { ValueKind: JsonValueKind.Object } filter when filter.TryGetProperty("mentions", out var keys) =>
                new(new(ChangeKind.Logs, OnlyKey(keys)), level, ""),
            _ => throw PubSubErrors.Invalid("filter"),
        };
    }

    private static BlockTopic Block(RpcCall call)
    {
        var settings = call.Settings(1);
        var encoding = settings.Encoding ?? EncodedBytes.Base64;
        var isVersionKnown = settings.Number("maxSupportedTransactionVersion") is not null;
        var encoder = new BlockEncoder(settings, new TransactionEncoder(encoding, isVersionKnown), "showRewards");
        var form = $"{encoding} {settings.Text("transactionDetails")} {settings.Member("showRewards")} {isVersionKnown}";
        settings.RefuseProcessed();

        return call.Value(0) switch
        {
            { ValueKind: JsonValueKind.String } text when text.ValueEquals("all"u8) =>
                new(new(ChangeKind.Block), settings.Commitment, form, encoder),
            { ValueKind: JsonValueKind.Object } filter when filter.TryGetProperty("mentionsAccountOrProgram", out var key) =>
                new(new(ChangeKind.Block, Key(key, "mentionsAccountOrProgram")), settings.Commitment, form, encoder),
            _ => throw PubSubErrors.Invalid("filter"),
        };
    }

    private static Pubkey OnlyKey(JsonElement keys)
    {
        var list = RpcJson.List(keys).ToArray();
        return list.Length == 1
            ? Key(list[0], "mentions")
            : throw RpcErrors.InvalidParams("Invalid Request: Only 1 address supported");
    }

    private static Pubkey Key(JsonElement text, string what) =>
        Pubkey.TryParse(RpcJson.Text(text), out var key) ? key : throw PubSubErrors.Invalid(what);

    // Whatever encoding is not known means base64, so it is no form of its own; nor may a client make it as long as it likes.
    private static string Form(RpcSettings settings) =>
        $"{(settings.Encoding is null or "binary" or "base58" or "base64+zstd" or "jsonParsed" ? settings.Encoding : EncodedBytes.Base64)} {settings.DataSlice}";
}
