using System.Diagnostics.CodeAnalysis;

namespace Pond.Simulation.Time;

/// <summary>Runs all nodes' task code in one thread, in an order that the seed repeats: what can go on does so before time passes.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The semaphore has no handle: none is asked for.")]
internal sealed class TaskLanes
{
    /// <summary>What code outside of the simulation gets, such as a read of a file, before time goes on without it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Queue<(TaskLane Lane, SendOrPostCallback Callback, object? State)> _ready = new();
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _posted = new(0);
    private readonly SortedSet<int> _unfinished = [];
    private readonly Dictionary<int, TaskLane> _lanes = [];

    /// <summary>How often time had to go on while a call waited for something outside: such a run need not repeat.</summary>
    internal int Abandoned { get; private set; }

    /// <summary>Whether something can go on.</summary>
    internal bool HasReady
    {
        get
        {
            lock (_gate)
            {
                return _ready.Count > 0;
            }
        }
    }

    internal void Post(TaskLane lane, SendOrPostCallback callback, object? state)
    {
        lock (_gate)
        {
            _ready.Enqueue((lane, callback, state));
        }

        _posted.Release();
    }

    internal void SetUnfinished(TaskLane lane, bool isUnfinished)
    {
        if (isUnfinished)
        {
            _unfinished.Add(lane.Number);
            _lanes[lane.Number] = lane;
        }
        else
        {
            _unfinished.Remove(lane.Number);
            _lanes.Remove(lane.Number);
        }
    }

    /// <summary>Runs what can go on, until all code waits for virtual time or has ended.</summary>
    internal void Drain()
    {
        while (true)
        {
            while (TryTake(out var next))
            {
                next.Lane.Run(next.Callback, next.State);
            }

            if (!IsWaitedForOutside())
            {
                return;
            }

            if (!_posted.Wait(Patience))
            {
                Abandon();
                return;
            }

            // What was taken already has left its count behind; a turn too many does no harm.
        }
    }

    private bool TryTake(out (TaskLane Lane, SendOrPostCallback Callback, object? State) next)
    {
        lock (_gate)
        {
            if (!_ready.TryDequeue(out next))
            {
                return false;
            }
        }

        _ = _posted.Wait(TimeSpan.Zero);
        return true;
    }

    private bool IsWaitedForOutside()
    {
        foreach (var number in _unfinished)
        {
            if (_lanes[number].IsWaitingOutside)
            {
                return true;
            }
        }

        return false;
    }

    private void Abandon()
    {
        foreach (var number in _unfinished)
        {
            Abandoned += _lanes[number].IsWaitingOutside ? 1 : 0;
            _lanes[number].GiveUpOutside();
        }
    }
}
