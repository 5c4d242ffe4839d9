using System.Diagnostics.Metrics;
using Pond.Primitives.Transactions;

namespace Pond.Server.Ledger;

/// <summary>What the ledger shows of itself to whoever measures: docs/operations/ledger.md has the table. Costs next to nothing while nobody does.</summary>
internal sealed class LedgerMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    internal const string MeterName = "Pond.Ledger";

    private readonly Meter _meter = new(MeterName);
    private readonly TimeProvider _time;
    private readonly Counter<long> _transactions;
    private readonly UpDownCounter<long> _unconfirmed;
    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _verify;
    private readonly Histogram<double> _store;

    /// <summary>Opens the meter.</summary>
    /// <param name="time">Measures how long things take.</param>
    internal LedgerMetrics(TimeProvider time)
    {
        _time = time;
        _transactions = _meter.CreateCounter<long>("pond.ledger.transactions", "{transaction}", "Transactions in sealed blocks.");
        _unconfirmed = _meter.CreateUpDownCounter<long>("pond.ledger.blocks.unconfirmed", "{block}", "Sealed blocks that wait for the disk.");
        _active = _meter.CreateUpDownCounter<long>("pond.ledger.requests.active", "{request}", "Requests under way over HTTP.");
        _refused = _meter.CreateCounter<long>("pond.ledger.requests.refused", "{request}", "Requests answered with 429.");
        _verify = _meter.CreateHistogram<double>("pond.ledger.verify.duration", "s", "Checking one transaction's signatures.");
        _store = _meter.CreateHistogram<double>("pond.ledger.store.duration", "s", "Writing and syncing one group of blocks.");
    }

    /// <summary>Shows the lag of a ledger's slots.</summary>
    internal void Watch(Func<ulong> slotsBehind) =>
        _meter.CreateObservableGauge("pond.ledger.slot.lag", () => (long)slotsBehind(), "{slot}", "How far the bank is behind the clock.");

    internal void Sealed(int transactions)
    {
        _transactions.Add(transactions);
        _unconfirmed.Add(1);
    }

    internal void Confirmed() => _unconfirmed.Add(-1);

    internal void RequestBegan() => _active.Add(1);

    internal void RequestEnded() => _active.Add(-1);

    internal void RequestRefused() => _refused.Add(1);

    /// <summary>Whether a transaction's signatures hold; measured if somebody wants to know.</summary>
    internal bool Verify(Transaction transaction)
    {
        if (!_verify.Enabled)
        {
            return transaction.VerifySignatures();
        }

        var began = _time.GetTimestamp();
        var holds = transaction.VerifySignatures();
        _verify.Record(_time.GetElapsedTime(began).TotalSeconds);
        return holds;
    }

    internal void Stored(TimeSpan elapsed) => _store.Record(elapsed.TotalSeconds);

    public void Dispose() => _meter.Dispose();
}
