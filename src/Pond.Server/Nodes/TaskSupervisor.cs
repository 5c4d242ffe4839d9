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
    /// <summary>
    /// A task that says by its end that it is broken, as a bundle does by exit code 1, is started again only this often within
    /// <see cref="BrokenSpan"/>. The original never started it again, and lost every task whose ledger was away for a moment.
    /// </summary>
    internal const int MaxBrokenEnds = 5;

    /// <summary>The time over which the ends of a broken task are counted: the original's measure of a task that has recovered.</summary>
    internal static readonly TimeSpan BrokenSpan = TimeSpan.FromHours(5);

    /// <summary>A task that ended this often without running for <see cref="HealthyAfter"/> in between is broken.</summary>
    internal const int MaxStarts = 10;

    /// <summary>The pause before the second start; it doubles with each further one.</summary>
    internal static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause: a task that recovers is back within a round of a real network.</summary>
    internal static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A task that ran this long has been healthy: its starts are counted anew.</summary>
    internal static readonly TimeSpan HealthyAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private CancellationTokenSource? _run;
    private readonly Queue<long> _brokenEnds = new();
    private bool _isRestartAsked;
    private TaskCompletionSource<ITaskRunner> _running = NewSource();
    private string _lastEnd = "It was never started.";

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

        try
        {
            var runner = await running.WaitAsync(cancellationToken);
            return await runner.CallAsync(phase, round, isPreviousRoundFailed, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                return new(false, $"The task did not run in time. {_lastEnd}");
            }
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
        lock (_gate)
        {
            _isRestartAsked = true;
            _run?.Cancel();
        }
    }

    /// <summary>Keeps the task running until it is given up or the token says stop. The task is gone when this returns.</summary>
    /// <remarks>Called again after it gave up, it tries anew.</remarks>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        lock (_gate)
        {
            _running = _running.Task.IsCompleted ? NewSource() : _running;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            using var run = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            SetRun(run);
            try
            {
                onChanged(TaskState.Starting, null);
                var startedAt = time.GetTimestamp();
                var (end, isBroken) = await RunOnceAsync(run.Token);
                if (stoppingToken.IsCancellationRequested)
                {
                    return;
                }

                if (TakeRestart())
                {
                    failures = 0;
                    _brokenEnds.Clear();
                }
                else
                {
                    failures = time.GetElapsedTime(startedAt) >= HealthyAfter ? 1 : failures + 1;
                }

                lock (_gate)
                {
                    _lastEnd = end;
                    _running = _running.Task.IsCompleted ? NewSource() : _running;
                }

                if (failures >= MaxStarts)
                {
                    GiveUp($"The task ended {MaxStarts} times in a row and is not started again.", end);
                    return;
                }

                if (failures > 0 && isBroken && IsBrokenTooOften())
                {
                    GiveUp(
                        $"The task ended {MaxBrokenEnds} times in {BrokenSpan.TotalHours} hours with the code for a broken one and is not started again.", end);
                    return;
                }

                if (failures > 0)
                {
                    onChanged(TaskState.Waiting, end);
                    var pause = Math.Min(FirstPause.Ticks << (failures - 1), LongestPause.Ticks);
                    await Task.Delay(spread(TimeSpan.FromTicks(pause)), time, run.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // The node stops, or the pause is over early.
                failures = TakeRestart() ? 0 : failures;
            }
            finally
            {
                SetRun(null);
            }
        }
    }

    private void SetRun(CancellationTokenSource? run)
    {
        lock (_gate)
        {
            _run = run;
            // Whoever asked in the moment between two runs is served by the one that begins.
            _isRestartAsked &= run is null;
        }
    }

    private bool TakeRestart()
    {
        lock (_gate)
        {
            var wasAsked = _isRestartAsked;
            _isRestartAsked = false;
            return wasAsked;
        }
    }

    private bool IsBrokenTooOften()
    {
        while (_brokenEnds.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= BrokenSpan)
        {
            _brokenEnds.Dequeue();
        }

        _brokenEnds.Enqueue(time.GetTimestamp());
        return _brokenEnds.Count >= MaxBrokenEnds;
    }

    private async Task<(string End, bool IsBroken)> RunOnceAsync(CancellationToken runToken)
    {
        try
        {
            await using var runner = await start(runToken);
            lock (_gate)
            {
                _running.SetResult(runner);
            }

            onChanged(TaskState.Running, null);
            return (await runner.Ended.WaitAsync(runToken), runner.HasEndedBroken);
        }
        catch (OperationCanceledException) when (runToken.IsCancellationRequested)
        {
            return ("It was stopped.", false);
        }
        catch (PondException exception)
        {
            return (exception.Message, false);
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

    private static TaskCompletionSource<ITaskRunner> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
