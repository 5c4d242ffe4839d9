namespace Pond.Simulation.Time;

/// <summary>One node's task code: its calls, and how they wait for virtual time.</summary>
internal sealed class TaskLane(TaskLanes lanes)
{
    /// <summary>How many of its calls wait for virtual time.</summary>
    internal int Waiting { get; set; }

    /// <summary>Starts a call of the task's code. What can go on at once does so; <paramref name="ended"/> is called when it is over.</summary>
    internal void Start(Func<Task> code, Action<Exception?> ended) => new TaskCall(this, lanes).Start(code, ended);

    /// <summary>Waits for virtual time.</summary>
    internal static Task DelayAsync(VirtualClock clock, TimeSpan delay, CancellationToken cancellationToken)
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
        var call = TaskCall.Running;
        call?.Waits(1);
        clock.After(delay, () =>
        {
            call?.Waits(-1);
            registration.Dispose();
            source.TrySetResult();
        });
        return source.Task;
    }
}
