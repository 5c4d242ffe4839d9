using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Content;
using Pond.Server.Tasks;

namespace Pond.Server.Nodes;

/// <summary>
/// A node that takes part in one task: it stakes, fetches and verifies the task's bundle, runs it as a child process, drives its rounds,
/// serves its results to others, and claims what it earns.
/// </summary>
/// <remarks>
/// It talks to the ledger by JSON-RPC and to other nodes by their gateways, as a node on another machine does. A node that is started
/// again on the same folder goes on where it was. Safe for use by several threads.
/// </remarks>
public sealed class NodeHost : IAsyncDisposable
{
    /// <summary>Every how many slots the task itself is read: stakes and balances change seldom.</summary>
    private const ulong TaskPollSlots = 4;

    private readonly NodeHostOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<NodeHost> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    // What a running node has, in the order in which it is made; freed in the opposite order.
    private readonly Stack<object> _owned = new();
    private LedgerClient _client = null!;
    private NodeLedger _ledger = null!;
    private NodeDatabase _database = null!;
    private NodeEngine _engine = null!;
    private TaskSupervisor _supervisor = null!;
    private NodeContent _content = null!;
    private Task? _disposal;

    // Read and written under the gate.
    private TaskInfo _task = null!;
    private Slot _slot;
    private (Lamports Earned, Lamports Lost, Lamports Claimed) _totals;
    private ImmutableArray<RoundProgress> _rounds = [];
    private TaskState _taskState;
    private int _starts;
    private string? _lastLine;
    private string? _ledgerError;

    private NodeHost(NodeHostOptions options, TimeProvider time, ILogger<NodeHost> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Where others reach the node.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The staking key: what the node is called on the ledger.</summary>
    public Pubkey StakingKey => _options.StakingKey.PublicKey;

    /// <summary>Ends with the node; failed if the node failed, which its owner must watch for.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>How the node is doing now.</summary>
    public NodeStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new NodeStatus
                {
                    StakingKey = StakingKey,
                    Address = Address,
                    Slot = _slot,
                    Round = _task.RoundAt(_slot),
                    Stake = _task.Stakes.GetValueOrDefault(StakingKey),
                    AvailableBalance = _task.AvailableBalances.GetValueOrDefault(StakingKey),
                    Earned = _totals.Earned,
                    Lost = _totals.Lost,
                    Claimed = _totals.Claimed,
                    Rounds = _rounds,
                    Task = _taskState,
                    Restarts = Math.Max(0, _starts - 1),
                    LastLine = _lastLine,
                    LedgerError = _ledgerError,
                };
            }
        }
    }

    /// <summary>Starts a node. When this returns, it has its stake, serves its content, and its rounds are driven.</summary>
    /// <param name="options">What to start.</param>
    /// <param name="time">Waits and measures; slots come from the ledger.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="cancellationToken">Gives up starting; nothing is left behind but the data folder and, perhaps, the stake.</param>
    /// <exception cref="PondException">
    /// <c>task-not-found</c>, <c>task-class-unsupported</c>, <c>storage-access-missing</c>, <c>storage-access-refused</c>, <c>storage-invalid</c>,
    /// <c>pinning-unreachable</c>, <c>stake-refused</c>, <c>stake-unknown</c>, <c>bundle-invalid</c>,
    /// <c>block-missing</c>, <c>port-in-use</c>, <c>store-in-use</c>, <c>ledger-unreachable</c>, or the disk failed.
    /// </exception>
    public static async Task<NodeHost> StartAsync(
        NodeHostOptions options, TimeProvider time, ILogger<NodeHost> logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.PollInterval, TimeSpan.Zero, nameof(options));
        var node = new NodeHost(options, time, logger);
        try
        {
            await node.StartAsync(cancellationToken);
            return node;
        }
        catch (RpcException exception)
        {
            await node.DisposeAsync();
            throw new PondException(
                "ledger-refused",
                $"The ledger at {options.Ledger} refused a question: {exception.Message}",
                "Check that the address is that of a Pond ledger.",
                innerException: exception);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>All that happened in a round, oldest first: from it the round can be explained.</summary>
    public IReadOnlyList<JournalEntry> ReadJournal(Round round) => _database.ReadRound(round);

    /// <summary>Stops the task and the node. No process and no request is left when this returns; the data folder stays.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposal ??= StopAsync();
        }

        return new(_disposal);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var taskFolder = Path.Combine(_options.DataFolder, "tasks", _options.Task.ToString());
        var http = Own(new HttpClient { Timeout = Timeout.InfiniteTimeSpan });
        _client = new LedgerClient(http, _options.Ledger, _time, new LedgerClientOptions());
        var sender = Own(new TransactionSender(
            _client, _time, new TransactionSenderOptions { PollInterval = _options.PollInterval }));
        _ledger = new NodeLedger(_client, sender, _options.Task, _options.Operator, _options.StakingKey);
        _task = await _ledger.GetTaskAsync(cancellationToken);
        if (_task.Class is TaskClass.Legacy)
        {
            throw new PondException(
                "task-class-unsupported",
                $"Task {_options.Task} has no class in its variables ('{_task.Variables}'), so its audits are up to its bundle.",
                "Run tasks whose variables say class=A or class=C.");
        }

        _database = Own(NodeDatabase.Open(Path.Combine(taskFolder, "node.db")));
        _totals = _database.ReadTotals();
        _content = Own(await NodeContent.StartAsync(_options, ReadPeers, _time, cancellationToken));
        Address = _content.Address;
        await _content.OpenStorageAsync(_task.Metadata, cancellationToken);

        var stake = _options.Stake > _task.MinimumStake ? _options.Stake : _task.MinimumStake;
        await _ledger.StakeAsync(_task, stake, Address.GetLeftPart(UriPartial.Authority), cancellationToken);
        var start = _options.StartTask ?? await PrepareProcessAsync(taskFolder, cancellationToken);

        var core = new TaskNodeCore(
            new TaskNodeOptions { StakingKey = StakingKey, ClaimFrom = _options.ClaimFrom }, _database.ReadRecent());
        _engine = new NodeEngine(core, _database, CallAsync, SendAsync, OnHandled);
        var services = new NodeServices(
            _options.Task, _options.StakingKey, _client, _engine, _database, _content, () => Status.Slot, () => Status.Round);
        _supervisor = new TaskSupervisor(token => start(services, OnLine, token), _time, OnTaskChanged);
        Completion = RunAsync();
        _logger.Started(StakingKey, _options.Task, Address);
    }

    private async Task<TaskStarter> PrepareProcessAsync(string taskFolder, CancellationToken cancellationToken)
    {
        var bundle = _options.ExecutableOverride is not null
            ? null
            : await NodeBundle.FetchAsync(
                _task.Executable, _content, Path.Combine(_options.DataFolder, "executables"), cancellationToken);
        return async (services, onLine, token) => new ProcessRunner(await TaskProcess.StartAsync(
            new TaskProcessOptions
            {
                Bundle = bundle?.Export(token) ?? _options.ExecutableOverride!,
                Folder = Path.Combine(taskFolder, "home"),
                Services = services,
                // The task's own gateway fetches from other nodes; what strangers ask for is only looked up.
                MapContent = routes => routes.MapGateway(_content.Source, new GatewayOptions()),
                Sandbox = _options.Sandbox,
                TimeProvider = _time,
                OnOutput = output => onLine(output.Text),
                Variables = _options.Variables,
                HeapHardLimitBytes = _options.HeapHardLimitBytes,
            },
            token));
    }

    private async Task RunAsync()
    {
        var token = _stopping.Token;
        List<Task> loops = [_engine.RunAsync(token), _supervisor.RunAsync(token), ObserveAsync(token)];
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

    /// <summary>Looks at the ledger once in every slot, and tells the core.</summary>
    private async Task ObserveAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.PollInterval, _time);
        Slot? lastSlot = null;
        Slot? taskReadAt = null;
        try
        {
            do
            {
                try
                {
                    var slot = await _client.GetSlotAsync(Commitment.Processed, stoppingToken);
                    if (lastSlot is { } last && slot <= last)
                    {
                        continue;
                    }

                    lastSlot = slot;
                    lock (_gate)
                    {
                        _slot = slot;
                    }

                    _content.EnterRound(Status.Round);
                    await _engine.PostAsync(new NodeInput.SlotObserved(slot), stoppingToken);
                    if (taskReadAt is not { } read || slot - read >= TaskPollSlots)
                    {
                        await ObserveTaskAsync(stoppingToken);
                        taskReadAt = slot;
                    }

                    await ObserveRoundsAsync(stoppingToken);
                    SetLedgerError(null);
                }
                catch (Exception exception) when (exception is PondException or RpcException)
                {
                    SetLedgerError(exception.Message);
                }

                _options.OnStatus(Status);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    private async Task ObserveTaskAsync(CancellationToken stoppingToken)
    {
        var task = await _ledger.GetTaskAsync(stoppingToken);
        lock (_gate)
        {
            _task = task;
        }

        await _engine.PostAsync(new NodeInput.TaskObserved(task), stoppingToken);
    }

    private async Task ObserveRoundsAsync(CancellationToken stoppingToken)
    {
        var rounds = await _engine.AskAsync(core => core.RoundsOfInterest, stoppingToken);
        var answers = await Task.WhenAll(rounds.Select(round =>
            _client.GetTaskRoundAsync(_options.Task, round, StakingKey, Commitment.Processed, stoppingToken)));
        foreach (var answer in answers)
        {
            if (answer.Value is { } info)
            {
                await _engine.PostAsync(new NodeInput.RoundObserved(info), stoppingToken);
            }
        }

        var progress = await _engine.AskAsync(core => core.Progress, stoppingToken);
        lock (_gate)
        {
            _rounds = progress;
        }
    }

    private Task<PhaseOutcome> CallAsync(NodeOutput.CallTask call, CancellationToken cancellationToken) =>
        _supervisor.CallAsync(call.Phase, call.Round, call.IsPreviousRoundFailed, cancellationToken);

    private Task<NodeInput> SendAsync(NodeOutput.Send send, CancellationToken cancellationToken) =>
        _ledger.PerformAsync(send, _task.StakePot, cancellationToken);

    private void OnHandled(TaskNodeCore core, IReadOnlyCollection<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            lock (_gate)
            {
                _totals = entry.Event switch
                {
                    JournalEvent.RoundClosed => (_totals.Earned + entry.Earned, _totals.Lost + entry.Lost, _totals.Claimed),
                    JournalEvent.Claimed => _totals with { Claimed = _totals.Claimed + entry.Earned },
                    _ => _totals,
                };
            }

            _logger.Recorded($"{entry.Round}", $"{entry.Event}", entry.Detail ?? entry.Reason.ToCode());
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
            _taskState = state;
            _starts += state is TaskState.Starting ? 1 : 0;
        }

        switch (state)
        {
            case TaskState.Waiting:
                _logger.TaskEnded(end ?? "");
                break;
            case TaskState.Failed:
                _logger.TaskBroken(end ?? "");
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
            _logger.LedgerUnobservable(error);
        }
    }

    private IReadOnlyList<Uri> ReadPeers()
    {
        TaskInfo task;
        lock (_gate)
        {
            task = _task;
        }

        // Strangers wrote these addresses: what is none is left out.
        return
        [
            .. task.Addresses
                .Where(pair => pair.Key != StakingKey)
                .Select(pair => Uri.TryCreate(pair.Value, UriKind.Absolute, out var address) ? address : null)
                .OfType<Uri>(),
            .. _options.ContentSources,
        ];
    }

    private T Own<T>(T resource)
        where T : notnull
    {
        _owned.Push(resource);
        return resource;
    }

    private async Task StopAsync()
    {
        // Away from the caller, who may hold the gate.
        await Task.Yield();
        await _stopping.CancelAsync();
        // Whoever watches the node has seen its failure; freeing what it held comes first here.
        await Completion.ContinueWith(
            static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        while (_owned.TryPop(out var resource))
        {
            if (resource is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync();
            }
            else
            {
                ((IDisposable)resource).Dispose();
            }
        }

        _stopping.Dispose();
    }
}
