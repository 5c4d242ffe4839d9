using Pond.Primitives;

namespace Pond.Server.Ledger;

/// <summary>Which slot it is: slots pass with real time from the genesis on, or only when they are told to.</summary>
/// <remarks>
/// A process that was held up finds itself in a later slot; the ones between have passed without a block. Safe to use from several threads.
/// </remarks>
internal sealed class SlotClock
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Slot _firstSlot;
    private readonly TimeSpan _slotDuration;
    private readonly long _start;
    private readonly bool _isRunning;
    private ulong _advanced;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts the clock.</summary>
    /// <param name="time">The time.</param>
    /// <param name="firstSlot">The slot that begins now.</param>
    /// <param name="slotDuration">How long a slot lasts; more than nothing.</param>
    /// <param name="mining">Whether slots pass with time.</param>
    internal SlotClock(TimeProvider time, Slot firstSlot, TimeSpan slotDuration, MiningMode mining = MiningMode.Interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(slotDuration, TimeSpan.Zero);
        _time = time;
        _firstSlot = firstSlot;
        _slotDuration = slotDuration;
        _isRunning = mining is MiningMode.Interval;
        // A timestamp and not the time of day, which may be set back.
        _start = time.GetTimestamp();
    }

    /// <summary>The slot that is passing.</summary>
    internal Slot Now
    {
        get
        {
            lock (_gate)
            {
                return _firstSlot + (_advanced + (_isRunning ? (ulong)(_time.GetElapsedTime(_start).Ticks / _slotDuration.Ticks) : 0));
            }
        }
    }

    /// <summary>How long ago a slot began; negative if it is still to come. Known only while slots pass with time.</summary>
    /// <exception cref="InvalidOperationException">Slots pass on demand.</exception>
    internal TimeSpan TimeSince(Slot slot)
    {
        if (!_isRunning)
        {
            throw new InvalidOperationException("Slots that pass on demand have no time.");
        }

        lock (_gate)
        {
            var passed = (long)(slot.Value - _firstSlot.Value) - (long)_advanced;
            return _time.GetElapsedTime(_start) - TimeSpan.FromTicks(passed * _slotDuration.Ticks);
        }
    }

    /// <summary>Lets <paramref name="slot"/> begin now, unless it has begun. Where slots pass with time they go on from there.</summary>
    internal void AdvanceTo(Slot slot)
    {
        TaskCompletionSource moved;
        lock (_gate)
        {
            var now = Now;
            if (now >= slot)
            {
                return;
            }

            _advanced += slot - now;
            moved = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        moved.SetResult();
    }

    /// <summary>Waits until <paramref name="slot"/> has begun; returns at once if it has.</summary>
    internal async Task WaitForAsync(Slot slot, CancellationToken cancellationToken)
    {
        // A timer may fire a little early, hence the loop.
        while (true)
        {
            Task moved;
            lock (_gate)
            {
                if (Now >= slot)
                {
                    return;
                }

                moved = _moved.Task;
            }

            // Timers count in milliseconds and would round a last fraction down to no wait at all.
            var left = _isRunning ? -TimeSince(slot) : Timeout.InfiniteTimeSpan;
            left = left == Timeout.InfiniteTimeSpan || left > OneMillisecond ? left : OneMillisecond;
            // That the time is over is what is waited for, and no failure.
            await moved.WaitAsync(left, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
