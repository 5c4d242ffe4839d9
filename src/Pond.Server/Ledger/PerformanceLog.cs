using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;

namespace Pond.Server.Ledger;

/// <summary>How many slots passed and how many transactions landed in each minute since the process began; the last twelve hours.</summary>
/// <remarks>Not thread-safe: <see cref="LedgerEngine"/> guards it together with the bank.</remarks>
internal sealed class PerformanceLog
{
    /// <summary>How many samples are kept.</summary>
    internal const int MaxSamples = 720;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(60);

    private readonly Queue<MinuteSample> _samples = new();
    private readonly TimeSpan _slotDuration;
    private readonly ulong _slotsPerSample;
    private Slot _start;
    private Slot _latest;
    private ulong _transactions;

    /// <summary>Starts to count.</summary>
    /// <param name="first">The first slot that counts.</param>
    /// <param name="slotDuration">How long a slot lasts.</param>
    internal PerformanceLog(Slot first, TimeSpan slotDuration)
    {
        _slotDuration = slotDuration;
        _slotsPerSample = Math.Max(1, (ulong)(Period.Ticks / slotDuration.Ticks));
        _start = first;
        _latest = first;
    }

    /// <summary>The samples, newest first. Before the first minute is over, what has passed of it, if that is a second at least.</summary>
    internal ImmutableArray<MinuteSample> Find(int limit) => _samples.Count > 0
        ? [.. _samples.Reverse().Take(limit)]
        : Sample(_latest) is { Duration.TotalSeconds: >= 1 } begun && limit > 0 ? [begun] : [];

    /// <summary>Counts a block.</summary>
    internal void Add(Block block)
    {
        // A process that slept finds many minutes gone; the samples between them are real, and empty.
        while (block.Slot >= _start + _slotsPerSample)
        {
            if (_samples.Count == MaxSamples)
            {
                _ = _samples.Dequeue();
            }

            _samples.Enqueue(Sample(_start + (_slotsPerSample - 1)));
            _start += _slotsPerSample;
            _transactions = 0;
            SkipBeyondMemory(block.Slot);
        }

        _latest = block.Slot;
        _transactions += (ulong)block.Transactions.Length;
    }

    // A jump over years must not be walked minute by minute.
    private void SkipBeyondMemory(Slot slot)
    {
        var span = _slotsPerSample * MaxSamples;
        if (slot > _start + (2 * span))
        {
            _start = new Slot(slot.Value - span);
        }
    }

    private MinuteSample Sample(Slot last)
    {
        var slots = last - _start + 1;
        return new MinuteSample(last, _transactions, slots, _slotDuration * slots);
    }
}

/// <summary>What happened in about a minute.</summary>
/// <param name="Last">Its last slot.</param>
/// <param name="Transactions">How many transactions landed.</param>
/// <param name="Slots">How many slots passed, with and without blocks.</param>
/// <param name="Duration">How long that took.</param>
internal sealed record MinuteSample(Slot Last, ulong Transactions, ulong Slots, TimeSpan Duration);
