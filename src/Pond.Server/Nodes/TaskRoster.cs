using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Nodes;

/// <summary>
/// The tasks that an operator wants run: each is begun, tried again when it can't be, and followed to where it moves. What was followed is taken
/// leave of: its rounds are finished, its stake and its pay brought home.
/// </summary>
/// <remarks>Safe for use by several threads.</remarks>
public sealed class TaskRoster : IAsyncDisposable
{
    /// <summary>The pause before a task is tried again that could not be begun; it doubles up to <see cref="LongestPause"/>.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly NodeHost _host;
    private readonly LedgerClient _ledger;
    private readonly Func<TaskInfo, NodeTaskOptions> _describe;
    private readonly Action<Pubkey, string> _onNews;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<Pubkey, KeptTask> _kept = [];
    private Task? _disposal;

    /// <summary>Makes an empty one.</summary>
    /// <param name="host">Runs the tasks; not owned.</param>
    /// <param name="ledger">Tells what they are.</param>
    /// <param name="describe">What to run a task with.</param>
    /// <param name="onNews">Is told one sentence about a task whenever something about it changes; must not block.</param>
    /// <param name="time">Times the pauses.</param>
    public TaskRoster(
        NodeHost host, LedgerClient ledger, Func<TaskInfo, NodeTaskOptions> describe, Action<Pubkey, string> onNews, TimeProvider time)
    {
        _host = host;
        _ledger = ledger;
        _describe = describe;
        _onNews = onNews;
        _time = time;
    }

    /// <summary>Has a task run from now on. One that is there already stays as it is.</summary>
    public void Add(Pubkey task)
    {
        lock (_gate)
        {
            if (_disposal is null && !_kept.ContainsKey(task))
            {
                var kept = new KeptTask(CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token));
                _kept.Add(task, kept);
                kept.Run = KeepAsync(task, kept);
            }
        }
    }

    /// <summary>The tasks on it, and why one of them can't be run; null for one that can.</summary>
    public IReadOnlyList<(Pubkey Task, string? Problem)> Tasks
    {
        get
        {
            lock (_gate)
            {
                return [.. _kept.Select(pair => (pair.Key, pair.Value.Problem)).OrderBy(pair => pair.Key)];
            }
        }
    }

    /// <summary>Ends a task and takes it off. No process of it is left when this returns; its folder and its stake stay.</summary>
    /// <returns>Whether it was on it.</returns>
    public async Task<bool> RemoveAsync(Pubkey task)
    {
        KeptTask? kept;
        lock (_gate)
        {
            if (_disposal is not null || !_kept.TryGetValue(task, out kept))
            {
                return false;
            }
        }

        await kept.Stopping.CancelAsync();
        await kept.Run;
        lock (_gate)
        {
            // Somebody else may have waited for the same end, and have put it on again.
            if (_kept.TryGetValue(task, out var now) && now == kept)
            {
                _kept.Remove(task);
                kept.Stopping.Dispose();
            }
        }

        return true;
    }

    /// <summary>Ends all tasks; the node stays.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposal ??= StopAsync([.. _kept.Values]);
        }

        return new(_disposal);
    }

    private async Task KeepAsync(Pubkey task, KeptTask kept)
    {
        var stoppingToken = kept.Stopping.Token;
        // Away from the caller, who holds the gate.
        await Task.Yield();
        var pause = FirstPause;
        string? lastProblem = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var info = await _ledger.GetTaskAsync(task, Commitment.Processed, stoppingToken) ?? throw new PondException(
                    "task-not-found", $"There is no task {task} on the ledger at {_ledger.Endpoint}.", "Check the task's id and the ledger's address.");
                var options = _describe(info);
                if (info is { IsMigrated: true, MigratedTo: { } next })
                {
                    Follow(task, next);
                    if (!info.Stakes.ContainsKey(options.StakingKey.PublicKey) && !info.AvailableBalances.ContainsKey(options.StakingKey.PublicKey))
                    {
                        return;
                    }
                }

                await RunAsync(options, kept);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is PondException or RpcException)
            {
                var problem = exception is PondException pond ? $"{pond.Code}: {pond.Message} {pond.Fix}" : exception.Message;
                kept.Problem = problem;
                if (!string.Equals(problem, lastProblem, StringComparison.Ordinal))
                {
                    _onNews(task, $"can't be run, and is tried again: {problem}");
                    lastProblem = problem;
                }
            }

            try
            {
                await Task.Delay(pause, _time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Runs a task until it is over: it has moved, and holds nothing of the operator's any more.</summary>
    private async Task RunAsync(NodeTaskOptions options, KeptTask kept)
    {
        var stoppingToken = kept.Stopping.Token;
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var part = await _host.AddTaskAsync(options with { LeavesMigrated = true, OnStatus = Look }, stoppingToken);
        kept.Problem = null;
        _onNews(options.Task, $"runs, as {part.StakingKey}");
        await await Task.WhenAny(part.Completion, over.Task).WaitAsync(stoppingToken);
        await part.DisposeAsync();
        part.EmptyRuntime();
        _onNews(options.Task, "has moved, and all that it held was brought home");

        void Look(NodeStatus status)
        {
            options.OnStatus(status);
            if (status.MigratedTo is { } next)
            {
                Follow(options.Task, next);
            }

            if (status.IsOver)
            {
                over.TrySetResult();
            }
        }
    }

    private void Follow(Pubkey from, Pubkey to)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = !_kept.ContainsKey(to);
        }

        if (isNew)
        {
            _onNews(from, $"has moved to {to}, which is run from now on");
            Add(to);
        }
    }

    private async Task StopAsync(KeptTask[] kept)
    {
        await Task.Yield();
        await _stopping.CancelAsync();
        await Task.WhenAll(kept.Select(each => each.Run));
        Array.ForEach(kept, each => each.Stopping.Dispose());
        _stopping.Dispose();
    }

    /// <summary>One task on it.</summary>
    private sealed class KeptTask(CancellationTokenSource stopping)
    {
        internal CancellationTokenSource Stopping => stopping;

        internal Task Run { get; set; } = Task.CompletedTask;

        internal string? Problem { get; set; }
    }
}
