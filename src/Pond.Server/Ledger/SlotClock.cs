using Pond.Primitives;

namespace Pond.Server.Ledger;

/// <summary>Which slot it is: slots pass with real time from the genesis on, whether or not anything happens in them.</summary>
/// <remarks>A process that was held up finds itself in a later slot; the ones between have passed without a block.</remarks>
internal sealed class SlotClock
{
    private readonly TimeProvider _time;
    private readonly Slot _firstSlot;
    private readonly TimeSpan _slotDuration;
    private readonly long _start;

    /// <summary>Starts the clock.</summary>
    /// <param name="time">The time.</param>
    /// <param name="firstSlot">The slot that begins now.</param>
    /// <param name="slotDuration">How long a slot lasts; more than nothing.</param>
    internal SlotClock(TimeProvider time, Slot firstSlot, TimeSpan slotDuration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(slotDuration, TimeSpan.Zero);
        _time = time;
        _firstSlot = firstSlot;
        _slotDuration = slotDuration;
        // A timestamp and not the time of day, which may be set back.
        _start = time.GetTimestamp();
    }

    /// <summary>The slot that is passing.</summary>
    internal Slot Now => _firstSlot + (ulong)(_time.GetElapsedTime(_start).Ticks / _slotDuration.Ticks);

    /// <summary>Waits until <paramref name="slot"/> has begun; returns at once if it has.</summary>
    internal async Task WaitForAsync(Slot slot, CancellationToken cancellationToken)
    {
        // A timer may fire a little early, hence the loop.
        while (Now < slot)
        {
            var begin = TimeSpan.FromTicks((long)(slot - _firstSlot) * _slotDuration.Ticks);
            var left = begin - _time.GetElapsedTime(_start);
            // Timers count in milliseconds and would round a last fraction down to no wait at all.
            await Task.Delay(left > OneMillisecond ? left : OneMillisecond, _time, cancellationToken);
        }
    }

    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);
}
