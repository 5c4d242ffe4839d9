namespace Pond.Simulation.Time;

/// <summary>One node's task code: where its continuations run, and whether it waits for virtual time or for the world outside.</summary>
internal sealed class TaskLane(TaskLanes lanes) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly object _gate = new();
    private int _calls;
    private int _waiting;
    private bool _isActive;
    private bool _isGivenUp;

    /// <summary>Code is under way that nothing of the simulation will wake: it waits for a thread or a disk outside.</summary>
    private bool IsWaitingOutside => _calls > 0 && _waiting <= 0 && !_isGivenUp;

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            _posted.Enqueue((d, state));
            Monitor.Pulse(_gate);
            if (_isActive)
            {
                return;
            }

            _isActive = true;
        }

        lanes.Activate(this);
    }

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    /// <summary>Something of the simulation's that the code may wait for has begun (1) or ended (-1).</summary>
    internal void Waits(int change) => _waiting += change;

    /// <summary>Runs what was posted until the code waits for virtual time or has ended.</summary>
    /// <returns>False if it waits for something outside for too long: then time goes on without it.</returns>
    internal bool Settle(TimeSpan patience)
    {
        while (true)
        {
            (SendOrPostCallback Callback, object? State) next;
            lock (_gate)
            {
                if (!_posted.TryDequeue(out next))
                {
                    if (!IsWaitingOutside)
                    {
                        _isActive = false;
                        return true;
                    }

                    if (!Monitor.Wait(_gate, patience))
                    {
                        _isGivenUp = true;
                        return false;
                    }

                    continue;
                }
            }

            Run(next.Callback, next.State);
        }
    }

    /// <summary>Starts a call of the task's code. What can go on at once does so; <paramref name="ended"/> is called when it is over.</summary>
    internal void Start(Func<Task> call, Action<Exception?> ended)
    {
        var task = Task.CompletedTask;
        Run(_ => task = Begin(call), null);
        if (task.IsCompleted)
        {
            ended(ErrorOf(task));
            return;
        }

        _isGivenUp = false;
        _calls++;
        // The awaiter posts to this lane, which is current while it is told.
        Run(_ => task.GetAwaiter().OnCompleted(() => End(task, ended)), null);
        lock (_gate)
        {
            if (_isActive)
            {
                return;
            }

            _isActive = true;
        }

        lanes.Activate(this);
    }

    /// <summary>Waits for virtual time.</summary>
    internal Task DelayAsync(VirtualClock clock, TimeSpan delay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (delay <= TimeSpan.Zero)
        {
            return Task.CompletedTask;
        }

        var source = new TaskCompletionSource();
        var registration = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(_ => source.TrySetCanceled(cancellationToken), null)
            : default;
        Waits(1);
        clock.After(delay, () =>
        {
            Waits(-1);
            registration.Dispose();
            source.TrySetResult();
        });
        return source.Task;
    }

    private void Run(SendOrPostCallback callback, object? state)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private static async Task Begin(Func<Task> call) => await call();

    private static Exception? ErrorOf(Task task) =>
        task.IsFaulted ? task.Exception!.InnerException : task.IsCanceled ? new OperationCanceledException() : null;

    private void End(Task task, Action<Exception?> ended)
    {
        _calls--;
        ended(ErrorOf(task));
    }
}
