using System.Collections.Immutable;
using System.Threading.Channels;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks;

namespace Pond.Server.Nodes;

/// <summary>
/// One task on a node: its stake, its verified bundle as a child process, its round engine and journal, and the claim of what it earns.
/// </summary>
/// <remarks>Safe for use by several threads. It comes from <see cref="NodeHost.AddTaskAsync"/>.</remarks>
public sealed partial class NodeTask : IAsyncDisposable
{
    private readonly NodeShared _node;
    private readonly NodeTaskOptions _options;
    private readonly Action<Pubkey> _onGone;
    private readonly NodeLedger _ledger;
    private readonly NodeTaskContent _content;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    // A task that is slower than the slots looks at the newest one next.
    private readonly Channel<Slot> _slots = Channel.CreateBounded<Slot>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private NodeDatabase? _database;
    private IDisposable? _routes;
    private NodeEngine _engine = null!;
    private NodeServices _services = null!;
    private TaskSupervisor _supervisor = null!;
    private NodeTaskProgram? _program;
    private Task _start = Task.CompletedTask;
    private Task? _disposal;

    // Read and written under the gate.
    private TaskInfo? _task;
    private Slot _slot;
    private (Lamports Earned, Lamports Lost, Lamports Claimed) _totals;
    private ImmutableArray<RoundProgress> _rounds = [];
    private TaskState _state;
    private int _starts;
    private string? _lastLine;
    private string? _ledgerError;

    internal NodeTask(NodeShared node, NodeTaskOptions options, Action<Pubkey> onGone)
    {
        _node = node;
        _options = options;
        _onGone = onGone;
        _ledger = new NodeLedger(node.Client, node.Sender, options.Task, node.Options.Operator, options.StakingKey);
        _content = new NodeTaskContent(node.Content, node.Options, options.Task, options.OnLine, node.Time);
    }

    /// <summary>The task's id.</summary>
    public Pubkey Id => _options.Task;

    /// <summary>The staking key: what the node is called on the ledger.</summary>
    public Pubkey StakingKey => _options.StakingKey.PublicKey;

    /// <summary>Ends with the task; failed if its journal can't be kept, which its owner must watch for.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>How the node is doing in this task now.</summary>
    public NodeStatus Status
    {
        get
        {
            lock (_gate)
            {
                var task = _task!;
                return new NodeStatus
                {
                    StakingKey = StakingKey,
                    Address = _node.Address,
                    Slot = _slot,
                    Round = task.RoundAt(_slot),
                    Stake = task.Stakes.GetValueOrDefault(StakingKey),
                    MigratedTo = task.IsMigrated ? task.MigratedTo : null,
                    Pause = !task.IsActive || task.IsMigrated ? RoundReason.TaskInactive
                        : task.TotalBounty < task.BountyPerRound ? RoundReason.BountyUsedUp
                        : RoundReason.None,
                    AvailableBalance = task.AvailableBalances.GetValueOrDefault(StakingKey),
                    Earned = _totals.Earned,
                    Lost = _totals.Lost,
                    Claimed = _totals.Claimed,
                    Rounds = _rounds,
                    Task = _state,
                    Restarts = Math.Max(0, _starts - 1),
                    LastLine = _lastLine,
                    LedgerError = _ledgerError,
                };
            }
        }
    }

    /// <summary>Whether its start is complete.</summary>
    internal bool IsStarted => _start.IsCompletedSuccessfully && _task is not null;

    /// <summary>Empties what the task can make anew; its process must be gone.</summary>
    internal long EmptyRuntime() => TaskRuntime.Empty(Home);

    private string Home => _node.Options.NamespaceFolder is { } folder ? Path.Combine(folder, Id.ToString()) : Path.Combine(Folder, "home");

    private string Folder => Path.Combine(_node.Options.DataFolder, "tasks", Id.ToString());

    /// <summary>All that happened in a round, oldest first: from it the round can be explained.</summary>
    public IReadOnlyList<JournalEntry> ReadJournal(Round round) => _database!.ReadRound(round);

    /// <summary>Calls a phase by hand, on a node without timers.</summary>
    /// <param name="phase">What to do; null settles the round.</param>
    /// <param name="round">The round of the work.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How the call ended, and what of it reached the ledger.</returns>
    /// <exception cref="PondException"><c>timers-on</c>: the node calls the phases by itself.</exception>
    public async Task<(PhaseOutcome Outcome, IReadOnlyList<HandAction> Actions)> CallByHandAsync(
        TaskPhase? phase, Round round, CancellationToken cancellationToken)
    {
        if (_node.Options.HasTimers)
        {
            throw new PondException(
                "timers-on", "This node calls the task's phases by itself, in their windows.", "Start it with its timers off to call them by hand.");
        }

        _services.TakeActions();
        PhaseOutcome outcome;
        if (phase is { } called)
        {
            outcome = await _supervisor.CallAsync(called, round, isPreviousRoundFailed: false, cancellationToken);
        }
        else
        {
            try
            {
                await _services.PayOutAsync(round, cancellationToken);
                outcome = new(true, null);
            }
            catch (PondException refused)
            {
                outcome = new(false, refused.Message);
            }
        }

        return (outcome, _services.TakeActions());
    }

    /// <summary>Stops the task and takes it from the node. No process of it is left when this returns; its folder and its stake stay.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposal ??= StopAsync();
        }

        return new(_disposal);
    }

    /// <summary>Stakes and begins. Called once.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            _start = BeginAsync(cancellationToken);
        }

        await _start;
    }

    /// <summary>Tells which slot it is.</summary>
    internal void Observe(Slot slot) => _slots.Writer.TryWrite(slot);

    /// <summary>Tells why nobody knows which slot it is.</summary>
    internal void Miss(string error) => SetLedgerError(error);

    /// <summary>The gateways of the task's other nodes.</summary>
    internal IReadOnlyList<Uri> ReadPeers()
    {
        TaskInfo? task;
        lock (_gate)
        {
            task = _task;
        }

        // Strangers wrote these addresses: what is none is left out.
        return task is null
            ? []
            :
            [
                .. task.Addresses
                    .Where(pair => pair.Key != StakingKey)
                    .Select(pair => Uri.TryCreate(pair.Value, UriKind.Absolute, out var address) ? address : null)
                    .OfType<Uri>(),
            ];
    }

    // Up to a quarter longer.
    private static TimeSpan Spread(TimeSpan pause) =>
        pause + (pause / 4 * System.Security.Cryptography.RandomNumberGenerator.GetInt32(1_000) / 1_000);

    /// <summary>What everybody may know of it.</summary>
    internal (TaskInfo Task, bool IsRunning) Shown
    {
        get
        {
            lock (_gate)
            {
                return (_task!, _state is TaskState.Running);
            }
        }
    }

    private TaskInfo ReadTask()
    {
        lock (_gate)
        {
            return _task!;
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        using var starting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        var token = starting.Token;
        var task = await _ledger.GetTaskAsync(token);
        RefuseUnboxed();
        lock (_gate)
        {
            _task = task;
        }

        _database = NodeDatabase.Open(Path.Combine(Folder, "node.db"));
        _totals = _database.ReadTotals();
        await _content.OpenStorageAsync(task.Metadata, token);
        // The program first: what can't be run has no stake that somebody would have to bring home.
        var start = _options.StartTask;
        if (start is null)
        {
            _program = await NodeTaskProgram.PrepareAsync(_node, _options, task, Home, _database, ReadTask, token);
            _program.RequireConsent(token);
            start = _program.StartAsync;
        }

        await AnnounceAsync(task, token);

        var core = new TaskNodeCore(
            new TaskNodeOptions { StakingKey = StakingKey, ClaimFrom = _options.ClaimFrom ?? _node.Options.ClaimFrom, HasTimer = _node.Options.HasTimers, LeavesMigrated = _options.LeavesMigrated },
            _database.ReadRecent());
        _engine = new NodeEngine(core, _database, CallAsync, SendAsync, OnHandled)
        {
            OnRestart = restart => _supervisor.Restart(restart.Reason, restart.IsHung),
        };
        var services = _services = new NodeServices(
            Id,
            _options.StakingKey,
            _node,
            _ledger,
            _options,
            _node.Client,
            _engine,
            _database,
            _content,
            _node.Pace,
            ReadTask,
            () => Status.Slot,
            () => Status.Round);
        _supervisor = new TaskSupervisor(stopping => start(services, OnLine, stopping), _node.Time, Spread, OnTaskChanged)
        {
            OnEnded = how => _engine.Note(new NodeInput.TaskEnded(how)),
        };
        _routes = _node.Routes.Add(Id, _supervisor.ConnectAsync);
        Completion = RunAsync();
        _node.Logger.Started(StakingKey, Id, _node.Address);
    }

    // Before anything is staked.
    private void RefuseUnboxed()
    {
        if (_node.Options is { Sandbox: null, SandboxProblem: { } problem } && _options is { IsUnboxed: false, StartTask: null })
        {
            throw new PondException(
                "sandbox-missing",
                $"The task {Id} is a stranger's program, and there is no box to run it in. {problem}",
                $"Do what it says; or, if you trust this task with all rights of your user, its files and its network: --unboxed {Id}, or UNBOXED_TASKS={Id} in the environment file. Nothing was staked.");
        }
    }

    private async Task RunAsync()
    {
        var token = _stopping.Token;
        List<Task> loops = [_engine.RunAsync(token), SuperviseAsync(token), ObserveAsync(token)];
        // The supervisor ends by itself when the task is broken; the node then goes on auditing nothing, but claims and explains.
        while (loops.Count > 0)
        {
            var ended = await Task.WhenAny(loops);
            loops.Remove(ended);
            if (!ended.IsCompletedSuccessfully)
            {
                await _stopping.CancelAsync();
                await Task.WhenAll(loops).ContinueWith(
                    static others => _ = others.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                await ended;
            }
        }
    }

    /// <summary>Keeps the task running. One that is being developed is started again whenever its program has changed, broken as it may be.</summary>
    private async Task SuperviseAsync(CancellationToken stoppingToken)
    {
        var running = _supervisor.RunAsync(stoppingToken);
        while (_program?.Development is { } development && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await development.WaitForChangeAsync(_node.Time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            OnLine("The program has changed; it is started again.");
            if (running.IsCompleted)
            {
                await running;
                running = _supervisor.RunAsync(stoppingToken);
            }
            else
            {
                _supervisor.Restart();
            }
        }

        await running;
    }

    private Task<PhaseOutcome> CallAsync(NodeOutput.CallTask call, CancellationToken cancellationToken) =>
        _node.Metrics.MeasureAsync(
            Id, call.Phase, call.Round, _node.Time, () => _supervisor.CallAsync(call.Phase, call.Round, call.IsPreviousRoundFailed, cancellationToken), outcome => outcome.IsDone);

    private Task<NodeInput> SendAsync(NodeOutput.Send send, CancellationToken cancellationToken) =>
        _ledger.PerformAsync(send, _task!.StakePot, cancellationToken);

    private void OnHandled(TaskNodeCore core, IReadOnlyCollection<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Event is JournalEvent.SubmissionAccepted)
            {
                _supervisor.Worked();
            }

            lock (_gate)
            {
                _totals = entry.Event switch
                {
                    JournalEvent.RoundClosed => (_totals.Earned + entry.Earned, _totals.Lost + entry.Lost, _totals.Claimed),
                    JournalEvent.Claimed => _totals with { Claimed = _totals.Claimed + entry.Earned },
                    _ => _totals,
                };
            }

            _node.Logger.Recorded($"{entry.Round}", $"{entry.Event}", entry.Detail ?? entry.Reason.ToCode());
            _node.Metrics.Recorded(Id, entry);
            _options.OnJournal(entry);
        }
    }

    private void OnLine(string line)
    {
        lock (_gate)
        {
            _lastLine = line;
        }

        _options.OnLine(line);
    }

    private void OnTaskChanged(TaskState state, string? end)
    {
        lock (_gate)
        {
            _state = state;
            _starts += state is TaskState.Starting ? 1 : 0;
        }

        switch (state)
        {
            case TaskState.Waiting:
                _node.Logger.TaskEnded(end ?? "");
                break;
            case TaskState.Failed:
                _node.Logger.TaskBroken(end ?? "");
                break;
            case TaskState.Silent:
                _node.Logger.TaskSilent(end ?? "");
                break;
            default:
                break;
        }
    }

    private void SetLedgerError(string? error)
    {
        string? before;
        lock (_gate)
        {
            (before, _ledgerError) = (_ledgerError, error);
        }

        if (error is not null && !string.Equals(error, before, StringComparison.Ordinal))
        {
            _node.Logger.LedgerUnobservable(error);
        }
    }

    private async Task StopAsync()
    {
        // Away from the caller, who may hold the gate.
        await Task.Yield();
        await _stopping.CancelAsync();
        // Its start and its owner have seen what failed; freeing what it held comes first here.
        await _start.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _folderWatch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _routes?.Dispose();
        _program?.Dispose();
        await _content.DisposeAsync();
        _database?.Dispose();
        _stopping.Dispose();
        _onGone(Id);
    }
}
