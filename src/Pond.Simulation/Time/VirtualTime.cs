namespace Pond.Simulation.Time;

/// <summary>The time that a simulated node's task measures and waits by. The call that makes a timer waits while it is out.</summary>
/// <param name="clock">Virtual time.</param>
/// <param name="begin">What the clocks showed at the beginning.</param>
/// <param name="skew">How far this node's clock is ahead of others'.</param>
internal sealed class VirtualTime(VirtualClock clock, DateTimeOffset begin, TimeSpan skew) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => begin + clock.Now + skew;

    public override long GetTimestamp() => clock.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(clock, TaskCall.Running, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(VirtualClock clock, TaskCall? call, Action callback) : ITimer
    {
        private int _setting;
        private bool _isOut;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _setting++;
            SetOut(dueTime != Timeout.InfiniteTimeSpan);
            if (_isOut)
            {
                Schedule(dueTime, period, _setting);
            }

            return true;
        }

        public void Dispose()
        {
            _setting++;
            SetOut(false);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Schedule(TimeSpan dueTime, TimeSpan period, int setting) => clock.After(dueTime, () =>
        {
            if (setting != _setting)
            {
                return;
            }

            var isAgain = period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero;
            SetOut(isAgain);
            if (isAgain)
            {
                Schedule(period, period, setting);
            }

            callback();
        });

        private void SetOut(bool isOut)
        {
            if (isOut != _isOut)
            {
                _isOut = isOut;
                call?.Waits(isOut ? 1 : -1);
            }
        }
    }
}
