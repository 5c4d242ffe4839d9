namespace Pond.Simulation.Time;

/// <summary>One node's task code: where its continuations run, and whether it waits for virtual time or for the world outside.</summary>
internal sealed class TaskLane(TaskLanes lanes, int number) : SynchronizationContext
{
    private int _calls;
    private int _waiting;
    private bool _isGivenUp;

    internal int Number => number;

    /// <summary>Code is under way that nothing of the simulation will wake: it waits for a thread or a disk outside.</summary>
    internal bool IsWaitingOutside => _calls > 0 && _waiting <= 0 && !_isGivenUp;

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state) => lanes.Post(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    /// <summary>Something of the simulation's that the code may wait for has begun (1) or ended (-1).</summary>
    internal void Waits(int change) => _waiting += change;

    /// <summary>Time goes on although the code waits for something outside.</summary>
    internal void GiveUpOutside() => _isGivenUp |= IsWaitingOutside;

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
        if (_calls++ == 0)
        {
            lanes.SetUnfinished(this, isUnfinished: true);
        }

        // The awaiter posts to this lane, which is current while it is told.
        Run(_ => task.GetAwaiter().OnCompleted(() => End(task, ended)), null);
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

    internal void Run(SendOrPostCallback callback, object? state)
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
        if (--_calls == 0)
        {
            lanes.SetUnfinished(this, isUnfinished: false);
        }

        ended(ErrorOf(task));
    }
}
