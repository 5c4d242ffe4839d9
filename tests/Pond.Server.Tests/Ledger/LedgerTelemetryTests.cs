using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Ledger;

public sealed class LedgerTelemetryTests
{
    [Fact]
    public async Task A_transaction_is_traced_from_the_request_to_the_disk()
    {
        using var folder = new TemporaryFolder();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == LedgerTraces.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        Signature id;
        await using (var ledger = await LocalLedger.StartAsync(LocalLedger.Options() with { DataFolder = folder.Root }))
        {
            id = await PayAsync(ledger);
        }

        var transaction = spans.Single(span => span.OperationName == "transaction" && span.GetTagItem("pond.transaction") as string == $"{id}");
        var call = spans.Single(span => span.SpanId == transaction.ParentSpanId);
        var request = spans.Single(span => span.SpanId == call.ParentSpanId);
        var block = spans.Single(span => span.OperationName == "block" && span.Links.Any(link => link.Context.SpanId == transaction.SpanId));
        Assert.Equal("sendTransaction", call.OperationName);
        Assert.Equal("POST", request.OperationName);
        Assert.Equal(1, block.GetTagItem("pond.transactions"));
        Assert.Contains(spans, span => span.OperationName == "store"
            && (span.ParentSpanId == block.SpanId || span.Links.Any(link => link.Context.SpanId == block.SpanId)));
    }

    [Fact]
    public async Task A_collector_gets_metrics_and_traces_and_nobody_else_does()
    {
        var got = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await using var collector = await TestServer.StartAsync(app => app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            got[context.Request.Path] = Encoding.Latin1.GetString(body.ToArray());
        }));

        using (LedgerTelemetry.Start(collector.Address, "a network of this test"))
        {
            await using var ledger = await LocalLedger.StartAsync();
            _ = await PayAsync(ledger);
        }

        Assert.Contains("sendTransaction", got["/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("pond.ledger.transactions", got["/v1/metrics"], StringComparison.Ordinal);
        Assert.All(got.Values, body => Assert.Contains("a network of this test", body, StringComparison.Ordinal));
    }

    private static async Task<Signature> PayAsync(LocalLedger ledger)
    {
        var blockhash = (await ledger.Client.GetLatestBlockhashAsync(Commitment.Confirmed, CancellationToken.None)).Value.Blockhash;
        var payment = new SystemInstruction.Transfer(Lamports.FromKoii(1)).ToInstruction(LocalLedger.Faucet.PublicKey, LocalLedger.Producer.PublicKey);
        var id = await ledger.Client.SendTransactionAsync(
            Transaction.Sign(LocalLedger.Faucet, blockhash, [payment]), skipPreflight: false, Commitment.Confirmed, CancellationToken.None);
        _ = await ledger.Sender.WaitAsync(id, CancellationToken.None);
        return id;
    }
}
