namespace DocumentIndex;

/// <summary>Lets work wait while audits run: a verdict is due in the middle of the round, work only at its end.</summary>
public sealed class AuditsFirst
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _idle = Idle();
    private int _running;

    /// <summary>An audit begins; it ends when the result is disposed of.</summary>
    public IDisposable Begin()
    {
        lock (_lock)
        {
            if (_running++ == 0)
            {
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        return new Running(this);
    }

    /// <summary>Waits until no audit runs; returns at once if none does.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _idle.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource Idle()
    {
        var idle = new TaskCompletionSource();
        idle.SetResult();
        return idle;
    }

    private void End()
    {
        lock (_lock)
        {
            if (--_running == 0)
            {
                _idle.SetResult();
            }
        }
    }

    private sealed class Running(AuditsFirst owner) : IDisposable
    {
        private AuditsFirst? _owner = owner;

        public void Dispose() => Interlocked.Exchange(ref _owner, null)?.End();
    }
}
