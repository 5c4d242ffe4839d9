using System.Net;
using System.Text;
using System.Text.Json;
using Pond.Client.Ledger;
using Pond.Primitives;
using Pond.Primitives.Transactions;

namespace Pond.Client.Tests.Ledger;

/// <summary>A ledger of one block per 400 virtual ms that loses, delays, refuses and lands transactions as a test tells it to.</summary>
internal sealed class FakeLedger(TimeProvider time) : HttpMessageHandler
{
    internal const ulong BlockhashLife = 150;

    private readonly Dictionary<Signature, (ulong Slot, string Error)> _landed = [];
    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);

    /// <summary>What happens to a transaction that arrives for the nth time, from 1. Default: it lands.</summary>
    internal Func<Transaction, int, Fate> OnSend { get; set; } = (_, _) => new Fate.Lands();

    /// <summary>Whether the ledger can't be reached at the moment, by method.</summary>
    internal Func<string, bool> IsDown { get; set; } = _ => false;

    /// <summary>The bytes of every transaction that arrived, in order.</summary>
    internal List<byte[]> Sent { get; } = [];

    internal ulong Height => (ulong)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds / 400;

    internal int CallsOf(string method) => _calls.GetValueOrDefault(method);

    internal LedgerClient CreateClient() =>
        new(
            new HttpClient(this, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan },
            new Uri("http://ledger.test/"),
            time,
            new LedgerClientOptions());

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
        var method = body.RootElement.GetProperty("method").GetString()!;
        var parameters = body.RootElement.GetProperty("params");
        _calls[method] = CallsOf(method) + 1;
        if (IsDown(method))
        {
            throw new HttpRequestException("Connection refused");
        }

        var answer = method switch
        {
            "getLatestBlockhash" => Result(InContext(
                $$"""{"blockhash":"{{HashOf(Height)}}","lastValidBlockHeight":{{Height + BlockhashLife}}}""")),
            "getEpochInfo" => Result(
                $$"""{"absoluteSlot":{{Height}},"blockHeight":{{Height}},"epoch":0,"slotIndex":{{Height}},"slotsInEpoch":432000,"transactionCount":0}"""),
            "getSignatureStatuses" => Result(InContext(
                $"[{string.Join(',', parameters[0].EnumerateArray().Select(id => StatusOf(Signature.Parse(id.GetString()!))))}]")),
            "sendTransaction" => Take(Convert.FromBase64String(parameters[0].GetString()!), parameters[1]),
            _ => throw new InvalidOperationException($"The fake does not know {method}."),
        };
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(
                $$"""{"jsonrpc":"2.0",{{answer}},"id":{{body.RootElement.GetProperty("id").GetRawText()}}}""",
                Encoding.UTF8,
                "application/json"),
        };
    }

    private static Hash HashOf(ulong height)
    {
        var bytes = new byte[Hash.SizeBytes];
        BitConverter.TryWriteBytes(bytes, height + 1);
        return new Hash(bytes);
    }

    private string Take(byte[] bytes, JsonElement settings)
    {
        Assert.True(Transaction.TryRead(bytes, out var transaction, out var error), error);
        Assert.True(transaction!.VerifySignatures());
        Sent.Add(bytes);
        var times = Sent.Count(other => other.AsSpan().SequenceEqual(bytes));
        switch (OnSend(transaction, times))
        {
            case Fate.Refused refused when !settings.GetProperty("skipPreflight").GetBoolean():
                return $$$"""
                    "error":{"code":-32002,"message":"Transaction simulation failed: no","data":{"err":{{{refused.Error}}},"logs":["Program X failed"],"accounts":null,"unitsConsumed":150,"returnData":null}}
                    """;
            case Fate.Breaks(var landsNevertheless):
                if (landsNevertheless)
                {
                    _landed[transaction.Id] = (Height, "null");
                }

                throw new HttpRequestException("Connection reset");
            case Fate.Lands(var failure):
                _landed.TryAdd(transaction.Id, (Height, failure));
                break;
            default:
                break;
        }

        return Result($"\"{transaction.Id}\"");
    }

    // A block is sealed when the next one opens.
    private string StatusOf(Signature id) =>
        !_landed.TryGetValue(id, out var landed) ? "null"
        : landed.Slot < Height
            ? $$$"""{"slot":{{{landed.Slot}}},"confirmations":null,"err":{{{landed.Error}}},"status":{"Ok":null},"confirmationStatus":"finalized"}"""
            : $$$"""{"slot":{{{landed.Slot}}},"confirmations":0,"err":{{{landed.Error}}},"status":{"Ok":null},"confirmationStatus":"processed"}""";

    private static string Result(string json) => $"\"result\":{json}";

    private string InContext(string json) => $$"""{"context":{"slot":{{Height}}},"value":{{json}}}""";

    /// <summary>What becomes of a transaction.</summary>
    internal abstract record Fate
    {
        /// <summary>It lands in the open block.</summary>
        internal sealed record Lands(string Error = "null") : Fate;

        /// <summary>It is taken and then lost.</summary>
        internal sealed record IsLost : Fate;

        /// <summary>It fails its preflight; without one it is lost.</summary>
        internal sealed record Refused(string Error) : Fate;

        /// <summary>The connection breaks before the answer.</summary>
        internal sealed record Breaks(bool LandsNevertheless) : Fate;
    }
}
