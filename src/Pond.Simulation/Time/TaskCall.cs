namespace Pond.Simulation.Time;

/// <summary>One call of a task's code: where its continuations run, and whether it waits for virtual time or for the world outside.</summary>
internal sealed class TaskCall(TaskLane lane, TaskLanes lanes) : SynchronizationContext
{
    /// <summary>What code outside of the simulation gets, such as a read of a file, before time goes on without it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// What it gets where the call may as well wait for another call of its node, which waits for virtual time: nobody can tell the two apart.
    /// </summary>
    private static readonly TimeSpan ShortPatience = TimeSpan.FromMilliseconds(150);

    private static readonly AsyncLocal<TaskCall?> Flow = new();

    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly object _gate = new();
    private int _waiting;
    private bool _isRunning;
    private bool _isActive;
    private bool _isGivenUp;

    /// <summary>The call whose code runs, wherever it runs; null outside of all calls.</summary>
    internal static TaskCall? Running => Flow.Value;

    // Nothing of the simulation will wake it: it waits for a thread or a disk outside.
    private bool IsWaitingOutside => _isRunning && _waiting <= 0 && !_isGivenUp;

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            _posted.Enqueue((d, state));
            Monitor.Pulse(_gate);
        }

        Activate();
    }

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    /// <summary>Something of the simulation's that the code may wait for has begun (1) or ended (-1).</summary>
    internal void Waits(int change)
    {
        lane.Waiting -= _waiting > 0 ? 1 : 0;
        _waiting += change;
        lane.Waiting += _waiting > 0 ? 1 : 0;
    }

    internal void Start(Func<Task> code, Action<Exception?> ended)
    {
        var task = Task.CompletedTask;
        // The flow of this call ends with the delegate: what the caller does afterwards is not of this call.
        ExecutionContext.Run(
            ExecutionContext.Capture()!,
            _ =>
            {
                Flow.Value = this;
                Run(_ => task = BeginAsync(code), null);
            },
            null);
        if (task.IsCompleted)
        {
            Release();
            ended(ErrorOf(task));
            return;
        }

        _isRunning = true;
        // The awaiter posts here, which is current while it is told.
        Run(
            _ => task.GetAwaiter().OnCompleted(() =>
            {
                _isRunning = false;
                Release();
                ended(ErrorOf(task));
            }),
            null);
        Activate();
    }

    /// <summary>Runs what was posted until the code waits for virtual time or has ended.</summary>
    /// <returns>False if it waited for something outside for too long: then time goes on without it.</returns>
    internal bool Settle()
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

                    var mayWaitForOther = lane.Waiting > 0;
                    if (!Monitor.Wait(_gate, mayWaitForOther ? ShortPatience : Patience))
                    {
                        _isGivenUp = true;
                        _isActive = false;
                        return mayWaitForOther;
                    }

                    continue;
                }
            }

            _isGivenUp = false;
            Run(next.Callback, next.State);
        }
    }

    // What it left behind, such as a timer that nobody disposed of, is nobody's wait any more.
    private void Release() => Waits(-_waiting);

    private void Activate()
    {
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

    private static async Task BeginAsync(Func<Task> code) => await code();

    private static Exception? ErrorOf(Task task) =>
        task.IsFaulted ? task.Exception!.InnerException : task.IsCanceled ? new OperationCanceledException() : null;
}
