using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Contracts.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Server.Nodes.Operator;
using Pond.Server.Nodes.Routes;

namespace Pond.Server.Nodes;

/// <summary>A node: it serves its content, talks to the ledger, and runs tasks, which come and go while it runs.</summary>
/// <remarks>
/// It talks to the ledger by JSON-RPC and to other nodes by their gateways, as a node on another machine does. A node that is started
/// again on the same folder goes on where it was. Safe for use by several threads.
/// </remarks>
public sealed class NodeHost : IAsyncDisposable
{
    /// <summary>How often all endpoints are looked at where there are several.</summary>
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(30);

    private readonly NodeHostOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<NodeHost> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    // What a running node has, in the order in which it is made; freed in the opposite order.
    private readonly Stack<object> _owned = new();
    private NodeShared _shared = null!;
    private Task? _disposal;

    // Written under the gate, read at any time. A task has its place from when its start begins to when its end is complete.
    private ImmutableSortedDictionary<Pubkey, NodeTask> _tasks = ImmutableSortedDictionary<Pubkey, NodeTask>.Empty;

    private NodeHost(NodeHostOptions options, TimeProvider time, ILogger<NodeHost> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Where others reach the node.</summary>
    public Uri Address => _shared.Address;

    /// <summary>Where its operator reaches it; null if it has no port for him.</summary>
    public Uri? OperatorAddress { get; private set; }

    /// <summary>The ledger's RPC endpoints, and how they are.</summary>
    public LedgerEndpoints Endpoints { get; private set; } = null!;

    /// <summary>What the node shows of itself.</summary>
    internal NodeMetrics Metrics => _shared.Metrics;

    /// <summary>The tasks that the node takes part in, by their ids.</summary>
    public IReadOnlyList<NodeTask> Tasks => [.. AllTasks.Where(task => task.IsStarted)];

    /// <summary>Ends with the node; failed if the node failed, which its owner must watch for. Its tasks have ends of their own.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Starts a node without tasks. When this returns, it serves its content.</summary>
    /// <param name="options">What to start.</param>
    /// <param name="time">Waits and measures; slots come from the ledger.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="cancellationToken">Gives up starting; nothing is left behind but the data folder.</param>
    /// <exception cref="PondException">
    /// <c>port-in-use</c>, <c>port-unusable</c>, <c>store-in-use</c>, <c>operator-access-missing</c>, or the disk failed.
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
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes part in a task. When this returns, the node has its stake, and the task's rounds are driven.</summary>
    /// <param name="options">The task and what to run it with.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind but the task's folder and, perhaps, the stake.</param>
    /// <exception cref="PondException">
    /// <c>task-running</c>: the node runs it already. <c>task-not-found</c>, <c>storage-access-missing</c>,
    /// <c>storage-access-refused</c>, <c>storage-invalid</c>, <c>pinning-unreachable</c>, <c>stake-refused</c>, <c>stake-unknown</c>,
    /// <c>bundle-invalid</c>, <c>block-missing</c>, <c>ledger-unreachable</c>, <c>ledger-refused</c>, or the disk failed.
    /// </exception>
    public async Task<NodeTask> AddTaskAsync(NodeTaskOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var task = new NodeTask(_shared, options, Forget);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            if (_tasks.ContainsKey(options.Task))
            {
                throw new PondException(
                    "task-running", $"This node runs the task {options.Task} already.", "Stop it there before it is started with other settings.");
            }

            _tasks = _tasks.Add(options.Task, task);
        }

        try
        {
            await task.StartAsync(cancellationToken);
            return task;
        }
        catch (RpcException exception)
        {
            await task.DisposeAsync();
            throw new PondException(
                "ledger-refused",
                $"The ledger at {_options.Ledger} refused a question: {exception.Message}",
                "Check that the address is that of a Pond ledger.",
                innerException: exception);
        }
        catch
        {
            await task.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops all tasks and the node. No process and no request is left when this returns; the data folder stays.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposal ??= StopAsync();
        }

        return new(_disposal);
    }

    private IEnumerable<NodeTask> AllTasks => Volatile.Read(ref _tasks).Values;

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var http = Own(new HttpClient { Timeout = Timeout.InfiniteTimeSpan });
        Endpoints = new LedgerEndpoints([_options.Ledger, .. _options.FurtherLedgers], _time);
        var client = new LedgerClient(http, Endpoints, _time, new LedgerClientOptions());
        var sender = Own(new TransactionSender(
            client, _time, new TransactionSenderOptions { PollInterval = _options.PollInterval }));
        var metrics = Own(new NodeMetrics());
        metrics.Watch(() => Tasks);
        var routes = new TaskRoutes(_options.Routes, _time);
        var registry = new NodeRegistry(_options.Operator, _time);
        var face = new NodeFace(registry, () => Tasks.Select(task => task.Shown));
        var content = Own(await NodeContent.StartAsync(_options, ReadPeers, Map, _time, cancellationToken));
        _shared = new(
            _options,
            content.Address,
            client,
            sender,
            content,
            routes,
            new SlotPace(_time),
            face,
            registry,
            metrics,
            _time,
            _logger);
        if (!_options.HasTimers && NodeControl.SocketOf(_options.DataFolder) is { } control)
        {
            Own(await NodeControl.StartAsync(control, id => Tasks.FirstOrDefault(task => task.Id == id), cancellationToken));
        }

        if (_options.OperatorPort is { } port)
        {
            OperatorAddress = Own(await OperatorFace.StartAsync(_options.DataFolder, port, MapOperator, cancellationToken)).Endpoint;
        }

        Completion = _options.FurtherLedgers.IsEmpty
            ? ObserveAsync(_stopping.Token)
            : Task.WhenAll(ObserveAsync(_stopping.Token), ProbeAsync(http, _stopping.Token));

        void Map(IEndpointRouteBuilder builder)
        {
            routes.MapTo(builder);
            face.MapTo(builder);
        }
    }

    private void MapOperator(OperatorRoutes routes)
    {
        if (_options.MapOperator is { } map)
        {
            map(routes);
            return;
        }

        routes.View.MapGet("/", (RequestDelegate)(context => context.Response.WriteAsJsonAsync(
            new { schema = 1, address = Address, tasks = Tasks.Select(task => task.Id.ToString()) }, PondJson.Options, context.RequestAborted)));
    }

    /// <summary>Looks at the ledger's endpoints, so that the node turns away from one that is behind or is another ledger's.</summary>
    private async Task ProbeAsync(HttpClient http, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ProbeInterval, _time);
        try
        {
            do
            {
                await Endpoints.ProbeAsync(endpoint => new LedgerClient(http, endpoint, _time, new LedgerClientOptions()), stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    /// <summary>Asks the ledger for its slot, once for all tasks.</summary>
    private async Task ObserveAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.PollInterval, _time);
        Slot? last = null;
        try
        {
            do
            {
                try
                {
                    var slot = await _shared.Client.GetSlotAsync(Commitment.Processed, stoppingToken);
                    // A task that has come since the last slot is told the same one again.
                    if (last is not { } before || slot >= before)
                    {
                        last = slot;
                        _shared.Pace.Observe(slot);
                        Tell(task => task.Observe(slot));
                    }
                }
                catch (Exception exception) when (exception is PondException or RpcException)
                {
                    Tell(task => task.Miss(exception.Message));
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    private void Tell(Action<NodeTask> word)
    {
        foreach (var task in Tasks)
        {
            word(task);
        }
    }

    private void Forget(Pubkey task)
    {
        lock (_gate)
        {
            _tasks = _tasks.Remove(task);
        }
    }

    // Of tasks that only start as well: it is from their nodes that they get their bundle.
    private IReadOnlyList<Uri> ReadPeers() => [.. AllTasks.SelectMany(task => task.ReadPeers()).Distinct(), .. _options.ContentSources];

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
        await Task.WhenAll(AllTasks.Select(task => task.DisposeAsync().AsTask()));
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
