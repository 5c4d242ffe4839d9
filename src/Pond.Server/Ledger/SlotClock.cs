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
    private readonly bool _isTimed;
    private long _start;
    private bool _isPaused;
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
        _isTimed = mining is MiningMode.Interval;
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
                return _firstSlot + (_advanced + Passed);
            }
        }
    }

    /// <summary>Whether no slot passes but those that the clock is told to let pass.</summary>
    internal bool IsPaused
    {
        get
        {
            lock (_gate)
            {
                return _isPaused;
            }
        }
    }

    private bool IsRunning => _isTimed && !_isPaused;

    // Under the lock.
    private ulong Passed => IsRunning ? (ulong)(_time.GetElapsedTime(_start).Ticks / _slotDuration.Ticks) : 0;

    /// <summary>Lets no slot pass until <see cref="Resume"/>, but what <see cref="AdvanceTo"/> is told. The slot that is passing stays open.</summary>
    internal void Pause()
    {
        TaskCompletionSource moved;
        lock (_gate)
        {
            _advanced += Passed;
            _isPaused = true;
            moved = Move();
        }

        moved.SetResult();
    }

    /// <summary>Lets slots pass again; the open one begins anew.</summary>
    internal void Resume()
    {
        TaskCompletionSource moved;
        lock (_gate)
        {
            if (!_isPaused)
            {
                return;
            }

            _isPaused = false;
            _start = _time.GetTimestamp();
            moved = Move();
        }

        moved.SetResult();
    }

    /// <summary>How long ago a slot began; negative if it is still to come. Known only while slots pass with time.</summary>
    /// <exception cref="InvalidOperationException">Slots pass on demand.</exception>
    internal TimeSpan TimeSince(Slot slot)
    {
        lock (_gate)
        {
            if (!IsRunning)
            {
                throw new InvalidOperationException("Slots that pass on demand have no time.");
            }

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
            moved = Move();
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
            TimeSpan left;
            lock (_gate)
            {
                if (Now >= slot)
                {
                    return;
                }

                moved = _moved.Task;
                left = IsRunning ? -TimeSince(slot) : Timeout.InfiniteTimeSpan;
            }

            // Timers count in milliseconds and would round a last fraction down to no wait at all.
            left = left == Timeout.InfiniteTimeSpan || left > OneMillisecond ? left : OneMillisecond;
            // That the time is over is what is waited for, and no failure.
            await moved.WaitAsync(left, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // Under the lock; what it returns is to be set outside of it.
    private TaskCompletionSource Move()
    {
        var moved = _moved;
        _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return moved;
    }
}
