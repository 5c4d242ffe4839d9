using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Content;
using Pond.Server.Ledger;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Server.LocalNetworks;

/// <summary>
/// A whole network on this machine, in one process: a ledger, a store and some nodes, which run every task that is deployed. Each node is one as
/// on any machine, with its own keys, folder and public port; tasks are processes of their own.
/// </summary>
public sealed class LocalNetworkHost : IAsyncDisposable
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    private readonly LocalNetworkHome _home;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly CancellationTokenSource _stopping = new();
    private bool _isDisposed;

    // In the order in which they were made; freed in the opposite order.
    private readonly Stack<object> _owned = new();
    private ImmutableArray<LocalNode> _nodes = [];
    private LedgerHost _ledger = null!;
    private LedgerClient _client = null!;

    private LocalNetworkHost(LocalNetworkHome home, TimeProvider time, ILoggerFactory loggers)
    {
        _home = home;
        _time = time;
        _loggers = loggers;
    }

    /// <summary>Where everything is.</summary>
    public LocalNetworkState State { get; private set; } = null!;

    /// <summary>Ends with the network; failed if its ledger failed, which its owner must watch for.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Starts a network; in an empty folder, a new one.</summary>
    /// <param name="home">Its folder.</param>
    /// <param name="settings">What to start; remembered.</param>
    /// <param name="slotDuration">What a slot of a new network lasts; null for 400 ms, or what it is.</param>
    /// <param name="time">Drives slots and waits.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException">
    /// <c>network-running</c>, <c>port-in-use</c>, <c>option-out-of-range</c>, <c>genesis-fixed</c>, or what the ledger and the store throw.
    /// </exception>
    public static async Task<LocalNetworkHost> StartAsync(
        LocalNetworkHome home,
        LocalNetworkSettings settings,
        TimeSpan? slotDuration,
        TimeProvider time,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        settings.Validate();
        var network = new LocalNetworkHost(home, time, loggers);
        try
        {
            await network.StartAsync(settings, slotDuration, cancellationToken);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>How the nodes are doing with their tasks.</summary>
    public ImmutableArray<LocalNodeTask> Report() => [.. _nodes.SelectMany(node => node.Report())];

    /// <summary>Stops nodes, store and ledger in order. No process is left; everything that was confirmed stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _stopping.CancelAsync();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
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

    private async Task StartAsync(LocalNetworkSettings settings, TimeSpan? slotDuration, CancellationToken cancellationToken)
    {
        Own(_home.Take());
        _home.RemoveState();
        var ports = new LocalPorts(_home.ReadPorts());
        var folder = OpenFolder(slotDuration);
        var store = Own(new ContentStore(_home.Store));
        // Starting is mostly compiling, so whatever does not wait for another starts beside it.
        var probing = Task.Run(() => TaskSandbox.ProbeAsync(_time, cancellationToken), cancellationToken);
        var ledger = Task.Run(() => StartLedgerAsync(folder, ports, settings, cancellationToken), cancellationToken);
        var serving = Task.Run(() => ServeAsync(store, ports, settings, cancellationToken), cancellationToken);
        // Both are owned before either's failure is told.
        await Task.WhenAll(ledger, serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (serving.IsCompletedSuccessfully)
        {
            Own(await serving);
        }

        _ledger = Own(await ledger);
        var content = await serving;

        var http = Own(new HttpClient { Timeout = Timeout.InfiniteTimeSpan });
        _client = new LedgerClient(http, _ledger.Endpoint, _time, new LedgerClientOptions());
        var box = await probing;
        var variables = _home.ReadVariables();
        var shared = new LocalNodeShared(
            _ledger.Endpoint,
            content.GatewayEndpoint,
            _home.Executables,
            box.Sandbox,
            PollInterval(folder),
            settings.HasTimers,
            variables.ToImmutableDictionary(StringComparer.Ordinal),
            _client,
            _time,
            _loggers);
        _nodes = [.. Enumerable.Range(1, settings.Nodes).Select(number => new LocalNode($"node-{number}", _home.Node(number), shared))];
        await Task.WhenAll(_nodes.Select((node, index) =>
            Task.Run(() => node.StartAsync(ports, settings.PortOf(index + 1), cancellationToken), cancellationToken)));

        _home.Write(settings);
        _home.Write(ports.Ports);
        State = new LocalNetworkState
        {
            ProcessId = Environment.ProcessId,
            Home = _home.Folder,
            Rpc = _ledger.Endpoint,
            PubSub = _ledger.PubSubEndpoint,
            StoreRpc = content.RpcEndpoint,
            Gateway = content.GatewayEndpoint,
            SlotMs = folder.Genesis.SlotDuration.TotalMilliseconds,
            Box = box.Summary,
            Nodes = [.. _nodes.Select(node => node.Place)],
            Accounts = [.. folder.Accounts.Select(key => key.PublicKey)],
            Keys = Path.Combine(folder.Root, "keys"),
            Executables = _home.Executables,
            Variables = [.. variables.Keys],
            Log = _home.Log,
        };
        Completion = RunAsync(PollInterval(folder), _stopping.Token);
        // The last of all: who sees it can use everything.
        _home.Write(State);
    }

    private Task<LedgerHost> StartLedgerAsync(
        LocalNetworkFolder folder, LocalPorts ports, LocalNetworkSettings settings, CancellationToken cancellationToken) => ports.StartAsync(
        "rpc",
        settings.RpcPort,
        port => LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                Genesis = folder.Genesis,
                Producer = folder.Producer,
                Faucet = folder.Faucet,
                DataFolder = folder.Root,
                PowersToken = folder.PowersToken,
                Port = port,
                PortOption = "--rpc",
                Loggers = _loggers,
            },
            _time,
            cancellationToken),
        host => host.Endpoint.Port);

    private Task<StoreHost> ServeAsync(
        ContentStore store, LocalPorts ports, LocalNetworkSettings settings, CancellationToken cancellationToken) => ports.StartAsync(
        "gateway",
        settings.GatewayPort,
        gateway => ports.StartAsync(
            "store-rpc",
            settings.StoreRpcPort,
            rpc => StoreHost.StartAsync(store, new StoreHostOptions { GatewayPort = gateway, RpcPort = rpc }, _time, cancellationToken),
            host => host.RpcEndpoint.Port),
        host => host.GatewayEndpoint.Port);

    private LocalNetworkFolder OpenFolder(TimeSpan? slotDuration)
    {
        try
        {
            return LocalNetworkFolder.Open(_home.Ledger, slotDuration, _time);
        }
        catch (PondException exception) when (exception.Code is "genesis-fixed")
        {
            throw new PondException(
                exception.Code, exception.Message, "Leave --slot-ms out, or start another network with --home DIR.", innerException: exception);
        }
    }

    // A node looks at the ledger twice in a slot, so that it misses none; where slots are short, once.
    private static TimeSpan PollInterval(LocalNetworkFolder folder) =>
        TimeSpan.FromMilliseconds(Math.Clamp(folder.Genesis.SlotDuration.TotalMilliseconds / 2, 25, 200));

    private async Task RunAsync(TimeSpan pollInterval, CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] loops = [.. _nodes.Select(node => node.RunAsync(stopping.Token)), WatchAsync(pollInterval, stopping.Token), ReportAsync(stopping.Token)];
        var ended = await Task.WhenAny([_ledger.Completion, .. loops]);
        await stopping.CancelAsync();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended;
        if (!stoppingToken.IsCancellationRequested)
        {
            throw _ledger.Failure ?? new PondException("ledger-ended", "The ledger ended by itself.", $"Look into {_home.Log}.");
        }
    }

    /// <summary>Tells the nodes which tasks there are to run.</summary>
    private async Task WatchAsync(TimeSpan interval, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, _time);
        try
        {
            do
            {
                try
                {
                    ImmutableArray<TaskSummary> tasks = [.. (await _client.GetTasksAsync(Commitment.Processed, stoppingToken)).Where(IsToBeRun)];
                    foreach (var node in _nodes)
                    {
                        node.Offer(tasks);
                    }
                }
                catch (Exception exception) when (exception is PondException or RpcException)
                {
                    // A ledger that is told to be slow or to refuse; it is asked again.
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    // The tasks that a genesis brings along pay nothing.
    private static bool IsToBeRun(TaskSummary task) => task is { IsActive: true, IsMigrated: false } && task.TotalBounty > Lamports.Zero;

    private async Task ReportAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ReportInterval, _time);
        ImmutableArray<LocalNodeTask> last = [];
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = Report();
                if (!now.SequenceEqual(last))
                {
                    _home.Write(new LocalNetworkReport(now));
                    last = now;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    private T Own<T>(T resource)
        where T : notnull
    {
        _owned.Push(resource);
        return resource;
    }
}
