using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Ledger;

public sealed class LedgerMetricsTests
{
    [Fact]
    public async Task Whoever_listens_sees_lag_transactions_queues_and_how_long_things_take()
    {
        using var folder = new TemporaryFolder();
        var seen = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == LedgerMetrics.MeterName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();

        await using (var ledger = await LocalLedger.StartAsync(LocalLedger.Options() with { DataFolder = folder.Root }))
        {
            var blockhash = (await ledger.Client.GetLatestBlockhashAsync(Commitment.Confirmed, CancellationToken.None)).Value.Blockhash;
            var payment = new SystemInstruction.Transfer(Lamports.FromKoii(1)).ToInstruction(LocalLedger.Faucet.PublicKey, LocalLedger.Producer.PublicKey);
            var id = await ledger.Client.SendTransactionAsync(
                Transaction.Sign(LocalLedger.Faucet, blockhash, [payment]), skipPreflight: false, Commitment.Confirmed, CancellationToken.None);
            _ = await ledger.Sender.WaitAsync(id, CancellationToken.None);
            listener.RecordObservableInstruments();
        }

        Assert.True(seen["pond.ledger.transactions"] >= 1);
        Assert.True(seen["pond.ledger.verify.duration"] > 0);
        Assert.True(seen["pond.ledger.store.duration"] > 0);
        Assert.True(seen.ContainsKey("pond.ledger.slot.lag"));
        Assert.True(seen.ContainsKey("pond.ledger.blocks.unconfirmed"));
        Assert.True(seen.ContainsKey("pond.ledger.requests.active"));
    }
}
