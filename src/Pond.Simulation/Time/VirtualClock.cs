namespace Pond.Simulation.Time;

/// <summary>Virtual time: what is to happen, in the order in which it falls due, and among equals in the order in which it was asked for.</summary>
internal sealed class VirtualClock
{
    private readonly PriorityQueue<Action, (long DueTicks, long Number)> _events = new();
    private long _number;

    /// <summary>The time since the beginning.</summary>
    internal TimeSpan Now { get; private set; }

    /// <summary>How many events have happened.</summary>
    internal long Happened { get; private set; }

    /// <summary>Has something happen at a time; at once if that is past.</summary>
    internal void At(TimeSpan due, Action happen) => _events.Enqueue(happen, (Math.Max(due.Ticks, Now.Ticks), _number++));

    /// <summary>Has something happen after a while.</summary>
    internal void After(TimeSpan delay, Action happen) => At(Now + delay, happen);

    /// <summary>Lets time pass until the next event and has it happen.</summary>
    /// <returns>False, and nothing has happened, if there is none before <paramref name="end"/>.</returns>
    internal bool Step(TimeSpan end)
    {
        if (!_events.TryPeek(out _, out var next) || next.DueTicks >= end.Ticks)
        {
            return false;
        }

        var happen = _events.Dequeue();
        Now = new TimeSpan(next.DueTicks);
        Happened++;
        happen();
        return true;
    }
}
