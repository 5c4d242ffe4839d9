namespace Pond.Simulation.Time;

/// <summary>Runs all nodes' task code in one thread, in an order that the seed repeats: what can go on does so before time passes.</summary>
/// <remarks>
/// One call after the other is brought to where it waits for virtual time. A call that waits for the world outside, such as a read of a file, is
/// waited for before the next one goes on, so that how fast a disk is changes nothing.
/// </remarks>
internal sealed class TaskLanes
{
    private readonly Queue<TaskCall> _active = new();
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

    /// <summary>Has a call's turn come.</summary>
    internal void Activate(TaskCall call)
    {
        lock (_gate)
        {
            _active.Enqueue(call);
        }
    }

    /// <summary>Runs what can go on, until all code waits for virtual time or has ended.</summary>
    internal void Drain()
    {
        while (TryTake(out var call))
        {
            Abandoned += call.Settle() ? 0 : 1;
        }
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TaskCall? call)
    {
        lock (_gate)
        {
            return _active.TryDequeue(out call);
        }
    }
}
