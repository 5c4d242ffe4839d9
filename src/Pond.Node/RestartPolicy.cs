namespace Pond.Node;

/// <summary>Decides whether a task that has ended is started again, and after which pause.</summary>
/// <remarks>Its clock and the jitter of the pauses are the shell's: tasks that died together must not all come back at once.</remarks>
public sealed class RestartPolicy
{
    /// <summary>
    /// A task that says by its end that it is broken is started again only this often within <see cref="BrokenSpan"/>. The original never
    /// started it again, and lost every task whose ledger was away for a moment.
    /// </summary>
    public const int MaxBrokenEnds = 5;

    /// <summary>A task that ended this often without having been healthy in between is broken.</summary>
    public const int MaxStarts = 10;

    /// <summary>The time over which the ends of a broken task are counted: the original's measure of a task that has recovered.</summary>
    public static readonly TimeSpan BrokenSpan = TimeSpan.FromHours(5);

    /// <summary>The pause before the second start; it doubles with each further one.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause: a task that recovers is back within a round of a real network.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A task that ran this long and then ended by itself has been healthy: its starts are counted anew.</summary>
    public static readonly TimeSpan HealthyAfter = TimeSpan.FromMinutes(1);

    private readonly Queue<TimeSpan> _brokenEnds = new();
    private int _failures;

    /// <summary>The task did what it is for since its last start: its starts are counted anew.</summary>
    public void Worked() => _failures = 0;

    /// <summary>Somebody asked for a new start, so whatever was before does not count.</summary>
    public void Forget()
    {
        _failures = 0;
        _brokenEnds.Clear();
    }

    /// <summary>A run has ended.</summary>
    /// <param name="now">The time, from any beginning; never less than before.</param>
    /// <param name="ran">How long it ran.</param>
    /// <param name="end">Why it ended.</param>
    /// <param name="pause">After which pause it is to be started again.</param>
    /// <param name="reason">Why it is not to be started again.</param>
    /// <returns>Whether it is to be started again.</returns>
    public bool TryGoOn(TimeSpan now, TimeSpan ran, RunEnd end, out TimeSpan pause, out string reason)
    {
        (pause, reason) = (FirstPause, "");
        if (end is RunEnd.Idle)
        {
            return true;
        }

        // However long it ran, who hangs was not healthy.
        _failures = ran >= HealthyAfter && end is not RunEnd.Hung ? 1 : _failures + 1;
        if (_failures >= MaxStarts)
        {
            reason = $"The task ended {MaxStarts} times in a row and is not started again.";
            return false;
        }

        if (end is RunEnd.Broken && IsBrokenTooOften(now))
        {
            reason = $"The task ended {MaxBrokenEnds} times in {BrokenSpan.TotalHours} hours with the code for a broken one and is not started again.";
            return false;
        }

        pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << (_failures - 1), LongestPause.Ticks));
        return true;
    }

    private bool IsBrokenTooOften(TimeSpan now)
    {
        while (_brokenEnds.TryPeek(out var oldest) && now - oldest >= BrokenSpan)
        {
            _brokenEnds.Dequeue();
        }

        _brokenEnds.Enqueue(now);
        return _brokenEnds.Count >= MaxBrokenEnds;
    }
}
