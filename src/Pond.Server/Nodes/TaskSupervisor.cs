using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks;

namespace Pond.Server.Nodes;

/// <summary>Keeps a task running: starts it again when it ends, after a pause that doubles, and gives up when that does not help.</summary>
/// <remarks>Safe for use by several threads.</remarks>
/// <param name="start">Starts it.</param>
/// <param name="time">Times the pauses.</param>
/// <param name="spread">Makes a pause a little longer, each one otherwise: tasks that died together must not all come back at once.</param>
/// <param name="onChanged">Is told each state, and how the last run ended.</param>
internal sealed class TaskSupervisor(
    Func<CancellationToken, Task<ITaskRunner>> start,
    TimeProvider time,
    Func<TimeSpan, TimeSpan> spread,
    Action<TaskState, string?> onChanged)
{
    /// <summary>How often the task is asked for a sign of life. With <see cref="Patience"/>, one that has stopped is seen within 10 s.</summary>
    internal static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(4);

    /// <summary>How long it may take to answer: a collection of its garbage takes less.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly RestartPolicy _policy = new();
    private readonly long _origin = time.GetTimestamp();
    private CancellationTokenSource? _run;
    private Asked? _asked;
    private TaskCompletionSource? _end;
    private TaskCompletionSource<ITaskRunner> _running = NewSource();
    private string _lastEnd = "It was never started.";

    /// <summary>Is told each time that the task ended by itself, and how.</summary>
    internal Action<string> OnEnded { get; init; } = _ => { };

    /// <summary>Calls the task as soon as it runs.</summary>
    /// <param name="phase">What to do.</param>
    /// <param name="round">The round of the work.</param>
    /// <param name="isPreviousRoundFailed">Whether an earlier attempt to pay the round has failed.</param>
    /// <param name="cancellationToken">Gives up, also waiting for the task to run.</param>
    /// <returns>How it ended.</returns>
    internal async Task<PhaseOutcome> CallAsync(
        TaskPhase phase, Round round, bool isPreviousRoundFailed, CancellationToken cancellationToken)
    {
        Task<ITaskRunner> running;
        lock (_gate)
        {
            running = _running.Task;
        }

        ITaskRunner runner;
        try
        {
            runner = await running.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                return new(false, $"The task did not run in time. {_lastEnd}") { Fault = PhaseFault.NotRunning };
            }
        }
        catch (PondException exception)
        {
            return new(false, exception.Message) { Fault = PhaseFault.NotRunning };
        }

        try
        {
            return await runner.CallAsync(phase, round, isPreviousRoundFailed, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return new(false, $"The call of {phase} for round {round} was given up.") { Fault = PhaseFault.TooSlow };
        }
        catch (PondException exception)
        {
            return new(false, exception.Message);
        }
    }

    /// <summary>Connects to the HTTP server of the task that runs now.</summary>
    /// <exception cref="PondException"><c>task-routes-missing</c>.</exception>
    internal ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        Task<ITaskRunner> running;
        lock (_gate)
        {
            running = _running.Task;
        }

        return running is { IsCompletedSuccessfully: true } && running.Result.Routes is { } connect
            ? connect(cancellationToken)
            : throw new PondException(
                "task-routes-missing",
                "The task answers no requests now: it does not run, or has no routes.",
                "Try again when it has started.",
                isTransient: true);
    }

    /// <summary>Ends the task that runs, or the pause before its next start, and starts it at once; its starts are counted anew.</summary>
    internal void Restart()
    {
        CancellationTokenSource? run;
        lock (_gate)
        {
            _asked = new(Reason: null, IsHung: false);
            run = _run;
        }

        Cancel(run);
    }

    /// <summary>Ends the task that runs, if one does, and starts it again after a pause.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="isHung">Whether it hangs, which it may do only so often.</param>
    internal void Restart(string reason, bool isHung)
    {
        TaskCompletionSource? end;
        lock (_gate)
        {
            (end, _end) = (_end, null);
            _asked = end is null ? _asked : _asked ?? new(reason, isHung);
        }

        end?.TrySetResult();
    }

    /// <summary>The task has done what it is for: whatever its last starts were like, it is not broken.</summary>
    internal void Worked()
    {
        lock (_gate)
        {
            _policy.Worked();
        }
    }

    /// <summary>Keeps the task running until it is given up or the token says stop. The task is gone when this returns.</summary>
    /// <remarks>Called again after it gave up, it tries anew.</remarks>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        lock (_gate)
        {
            _policy.Forget();
            _running = _running.Task.IsCompleted ? NewSource() : _running;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            using var run = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            SetRun(run);
            try
            {
                if (!await RunOnceAsync(run.Token, stoppingToken))
                {
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                // The node stops, or the pause is over early.
                TakeAsked();
            }
            finally
            {
                SetRun(null);
            }
        }
    }

    // Not under the gate, and at once: whoever waits for the token goes on here.
    private static void Cancel(CancellationTokenSource? run)
    {
        try
        {
            run?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // That run is over.
        }
    }

    private void SetRun(CancellationTokenSource? run)
    {
        lock (_gate)
        {
            _run = run;
            // Whoever asked in the moment between two runs is served by the one that begins.
            _asked = run is null ? _asked : null;
        }
    }

    private Asked? TakeAsked()
    {
        lock (_gate)
        {
            var asked = _asked;
            _asked = null;
            if (asked is { Reason: null })
            {
                _policy.Forget();
            }

            return asked;
        }
    }

    /// <summary>Runs the task once, and waits for as long as it is to be away.</summary>
    /// <returns>Whether it is to be started again.</returns>
    private async Task<bool> RunOnceAsync(CancellationToken runToken, CancellationToken stoppingToken)
    {
        onChanged(TaskState.Starting, null);
        var startedAt = time.GetTimestamp();
        var (end, kind) = await RunToItsEndAsync(runToken);
        if (stoppingToken.IsCancellationRequested)
        {
            return false;
        }

        var asked = TakeAsked();
        (end, kind) = asked is { Reason: { } reason } ? (reason, asked.IsHung ? RunEnd.Hung : RunEnd.Idle) : (end, kind);
        bool goesOn;
        TimeSpan pause;
        string whyNot;
        lock (_gate)
        {
            _lastEnd = end;
            _end = null;
            _running = _running.Task.IsCompleted ? NewSource() : _running;
            if (asked is { Reason: null })
            {
                return true;
            }

            goesOn = _policy.TryGoOn(time.GetElapsedTime(_origin), time.GetElapsedTime(startedAt), kind, out pause, out whyNot);
        }

        if (asked is null)
        {
            OnEnded(end);
        }

        if (!goesOn)
        {
            GiveUp(whyNot, end);
            return false;
        }

        onChanged(TaskState.Waiting, end);
        await Task.Delay(spread(pause), time, runToken);
        return true;
    }

    private async Task<(string End, RunEnd Kind)> RunToItsEndAsync(CancellationToken runToken)
    {
        try
        {
            await using var runner = await start(runToken);
            // Whoever asks goes on with the run's end at once.
            var asked = new TaskCompletionSource();
            lock (_gate)
            {
                _running.SetResult(runner);
                _end = asked;
            }

            onChanged(TaskState.Running, null);
            await WatchAsync(runner, asked.Task, runToken);
            return runner.Ended.IsCompleted
                ? (await runner.Ended, runner.HasEndedBroken ? RunEnd.Broken : RunEnd.Ended)
                : ("It was stopped.", RunEnd.Ended);
        }
        catch (OperationCanceledException) when (runToken.IsCancellationRequested)
        {
            return ("It was stopped.", RunEnd.Ended);
        }
        catch (PondException exception)
        {
            return (exception.Message, RunEnd.Ended);
        }
    }

    /// <summary>
    /// Waits for the task's end, or somebody who asks for it. Sees meanwhile when it stops to answer, and when it answers again; what is done about
    /// that the phase decides that it misses.
    /// </summary>
    private async Task WatchAsync(ITaskRunner runner, Task asked, CancellationToken runToken)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(runToken);
        var isSilent = false;
        while (true)
        {
            var look = Task.Delay(LookInterval, time, watching.Token);
            if (await Task.WhenAny(runner.Ended, asked, look).WaitAsync(runToken) != look)
            {
                Cancel(watching);
                return;
            }

            if (await runner.IsAliveAsync(Patience, runToken) == isSilent)
            {
                isSilent = !isSilent;
                onChanged(
                    isSilent ? TaskState.Silent : TaskState.Running,
                    isSilent ? $"It has not answered for {Patience.TotalSeconds} s." : null);
            }
        }
    }

    private void GiveUp(string reason, string end)
    {
        lock (_gate)
        {
            _running.SetException(new PondException(
                "task-broken",
                $"{reason} {end}",
                "Look into its task.log; restart the node to try again."));
            // Nobody may call before the next deadline; the failure is told by the state as well.
            _ = _running.Task.Exception;
        }

        onChanged(TaskState.Failed, end);
    }

    /// <summary>A wish for another start; without a reason it is its author's, who has mended something.</summary>
    private sealed record Asked(string? Reason, bool IsHung);

    private static TaskCompletionSource<ITaskRunner> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
