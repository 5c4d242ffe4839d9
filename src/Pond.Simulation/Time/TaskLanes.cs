namespace Pond.Simulation.Time;

/// <summary>Runs all nodes' task code in one thread, in an order that the seed repeats: what can go on does so before time passes.</summary>
/// <remarks>
/// One lane after the other is brought to where it waits for virtual time. A lane that waits for the world outside, such as a read of a file, is
/// waited for before the next one goes on, so that how fast a disk is changes nothing.
/// </remarks>
internal sealed class TaskLanes
{
    /// <summary>What code outside of the simulation gets, such as a read of a file, before time goes on without it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Queue<TaskLane> _active = new();
    private readonly Lock _gate = new();

    /// <summary>How often time had to go on while a call waited for something outside: such a run need not repeat.</summary>
    internal int Abandoned { get; private set; }

    /// <summary>Whether something can go on.</summary>
    internal bool HasReady
    {
        get
        {
            lock (_gate)
            {
                return _active.Count > 0;
            }
        }
    }

    /// <summary>Has a lane's turn come.</summary>
    internal void Activate(TaskLane lane)
    {
        lock (_gate)
        {
            _active.Enqueue(lane);
        }
    }

    /// <summary>Runs what can go on, until all code waits for virtual time or has ended.</summary>
    internal void Drain()
    {
        while (TryTake(out var lane))
        {
            while (!lane.Settle(Patience))
            {
                Abandoned++;
            }
        }
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TaskLane? lane)
    {
        lock (_gate)
        {
            return _active.TryDequeue(out lane);
        }
    }
}
