using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger.Methods;
using Pond.Server.Ledger.Powers;
using Pond.Server.Ledger.PubSub;
using Pond.Server.Ledger.Rpc;
using Pond.Server.Ledger.Storage;

namespace Pond.Server.Ledger;

/// <summary>A settlement ledger with one producer, served over HTTP as JSON-RPC.</summary>
/// <remarks>
/// Slots pass with real time, busy or idle. With a single producer nothing that was executed can be undone, so accounts are read from the newest
/// state at every commitment level, and the context's slot is that of the open block; slots, heights and statuses do tell the levels apart:
/// <c>processed</c> is the open block, <c>confirmed</c> and <c>finalized</c> are the last one that is on the disk. Without a data folder the
/// ledger lives in memory, and each sealed block is confirmed.
/// </remarks>
public sealed class LedgerHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LedgerEngine _engine;
    private readonly CancellationTokenSource _stopping = new();

    private readonly PubSubServer _sockets;
    private readonly PubSubHub _hub;
    private readonly Task _notifying;

    private LedgerHost(WebApplication app, LedgerEngine engine, PubSubHub hub, PubSubServer sockets, IPEndPoint rpc, IPEndPoint pubSub, TimeSpan recoveryTime)
    {
        RecoveryTime = recoveryTime;
        _app = app;
        _engine = engine;
        _sockets = sockets;
        _hub = hub;
        Endpoint = new Uri($"http://{rpc}/");
        PubSubEndpoint = new Uri($"ws://{pubSub}/");
        _notifying = hub.RunAsync(_stopping.Token);
        Completion = engine.RunAsync(_stopping.Token);
    }

    /// <summary>Where the ledger can be reached, with the port that was found.</summary>
    public Uri Endpoint { get; }

    /// <summary>Where clients subscribe. A socket can be opened at <see cref="Endpoint"/> as well.</summary>
    public Uri PubSubEndpoint { get; }

    /// <summary>How many sockets are open.</summary>
    public int ConnectionCount => _sockets.ConnectionCount;

    /// <summary>How many subscriptions there are.</summary>
    public int SubscriptionCount => _hub.SubscriptionCount;

    /// <summary>How long it took until the ledger was back from its folder; nothing for one in memory.</summary>
    public TimeSpan RecoveryTime { get; }

    /// <summary>Ends with the ledger; failed if the ledger failed, which its owner must watch for.</summary>
    public Task Completion { get; }

    /// <summary>The last confirmed block.</summary>
    public Block LatestBlock => _engine.History.Latest;

    /// <summary>Why the ledger takes no more transactions; null while it does.</summary>
    public PondException? Failure => _engine.Failure;

    /// <summary>How many transactions have landed since genesis, in sealed blocks.</summary>
    public ulong TransactionCount => _engine.Read((_, history) => history.TransactionCount);

    /// <summary>Takes a transaction as <c>sendTransaction</c> without preflight does, from a caller in the same process.</summary>
    /// <param name="bytes">The transaction in its wire format.</param>
    /// <returns>Whether it is well formed and its signatures hold; whether it lands is seen in its status.</returns>
    public bool Submit(ReadOnlySpan<byte> bytes)
    {
        if (!Transaction.TryRead(bytes, out var transaction, out _) || !transaction!.VerifySignatures())
        {
            return false;
        }

        _ = _engine.Submit(transaction, skipPreflight: true);
        return true;
    }

    /// <summary>Starts a ledger.</summary>
    /// <param name="options">What to start.</param>
    /// <param name="time">Drives the slots.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="PondException">
    /// The port is taken (<c>port-in-use</c>) or may not be used (<c>port-unusable</c>); or the data folder is in use (<c>ledger-in-use</c>),
    /// damaged (<c>journal-damaged</c>, <c>replay-differs</c>) or can't be written (<c>disk-full</c>, <c>disk-denied</c>, <c>disk-failed</c>).
    /// </exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static async Task<LedgerHost> StartAsync(LedgerHostOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Producer.PublicKey != options.Genesis.Producer)
        {
            throw new ArgumentException("The producer's key is not the one that the genesis names.", nameof(options));
        }

        CheckMining(options);
        options.PubSub.Validate();
        options.Limits.Validate();
        ListenOptions rpc = null!, pubSub = null!;
        var pubSubPort = options.PubSubPort ?? (options.Port == 0 ? 0 : options.Port + 1);
        // The two take about as long, and a user waits for both. A call that comes before the ledger is back waits for it.
        var opening = Task.Run(() => options.DataFolder is { } folder ? LedgerStorage.Open(folder, options, time) : null, CancellationToken.None);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        _ = builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = JsonRpcHttp.MaxBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = options.Limits.MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = options.Limits.MaxConnections;
            kestrel.Listen(options.Address, options.Port, listen => rpc = listen);
            kestrel.Listen(options.Address, pubSubPort, listen => pubSub = listen);
        });
        var app = builder.Build();
        var opened = new TaskCompletionSource<RequestDelegate>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = app.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = options.PubSub.KeepAlive,
            KeepAliveTimeout = options.PubSub.KeepAlive,
        });
        app.Run(context => opened.Task.IsCompletedSuccessfully ? opened.Task.Result(context) : HandleLaterAsync(opened.Task, context));
        var listening = app.StartAsync(cancellationToken);
        LedgerStorage? storage = null;
        try
        {
            // What is wrong with the folder is said first: the same ledger, started twice, has its port taken as well.
            storage = await opening;
            await listening;
            var engine = new LedgerEngine(options, time, storage);
            var hub = new PubSubHub(engine, options.PubSub, time, options.Loggers.CreateLogger<PubSubHub>());
            engine.TellStepsTo(hub);
            var dispatcherLog = options.Loggers.CreateLogger<JsonRpcDispatcher>();
            var faults = new RpcFaults(time);
            var powers = new PowerMethods(engine, options, faults, new SnapshotShelf(options.DataFolder, options.Genesis));
            var addresses = new NodeAddresses($"{rpc.IPEndPoint}", $"{pubSub.IPEndPoint}");
            var methods = LedgerMethods.All(engine, options, () => addresses).ToArray();
            var budget = new AnswerBudget(options.Limits);
            var http = new JsonRpcHttp(
                new JsonRpcDispatcher(new RpcMethodTable([.. faults.Around(methods), .. powers.All()]), dispatcherLog),
                () => engine.Health,
                options.MaxRequestsInFlight,
                options.Limits,
                budget,
                new CallerGate(options.PowersToken),
                engine.Metrics,
                time);
            var sockets = new PubSubServer(
                hub,
                new JsonRpcDispatcher(new RpcMethodTable([.. faults.Around(methods), .. SubscriptionMethods.All()]), dispatcherLog),
                options.PubSub,
                options.Limits,
                budget,
                time);
            var host = new LedgerHost(app, engine, hub, sockets, rpc.IPEndPoint!, pubSub.IPEndPoint!, storage?.RecoveryTime ?? TimeSpan.Zero);
            opened.SetResult(context => context.WebSockets.IsWebSocketRequest ? sockets.HandleAsync(context) : http.HandleAsync(context));
            return host;
        }
        catch (Exception exception)
        {
            _ = opened.TrySetCanceled(CancellationToken.None);
            // The other of the two must have ended too before its things are taken away.
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await app.DisposeAsync();
            await (storage?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw exception switch
            {
                IOException { InnerException: AddressInUseException } => new PondException(
                    "port-in-use",
                    $"The ledger can't listen on {options.Address} port {options.Port} and {pubSubPort}: another program does.",
                    $"Choose another port with {options.PortOption}, or 0 for any free one.",
                    isTransient: true,
                    exception),
                SocketException or IOException => new PondException(
                    "port-unusable",
                    $"The ledger can't listen on {options.Address} port {options.Port} and {pubSubPort}: {exception.Message}",
                    $"Choose a port above 1023 with {options.PortOption}, or 0 for any free one.",
                    isTransient: false,
                    exception),
                _ => exception,
            };
        }
    }

    /// <summary>The blocks confirmed from now on, in order, until the ledger ends.</summary>
    /// <exception cref="PondException">The reader was more than 1024 blocks behind (<c>block-listener-behind</c>).</exception>
    public IAsyncEnumerable<Block> ReadBlocksAsync(CancellationToken cancellationToken)
    {
        // Listening starts with the call and not with the first step of the loop, so that nothing is missed between the two.
        var blocks = _engine.Blocks.Listen();
        return ReadAsync(cancellationToken);

        async IAsyncEnumerable<Block> ReadAsync([EnumeratorCancellation] CancellationToken token)
        {
            try
            {
                await foreach (var block in blocks.ReadAllAsync(token))
                {
                    yield return block;
                }
            }
            finally
            {
                _engine.Blocks.Leave(blocks);
            }
        }
    }

    /// <summary>Waits until a block of <paramref name="slot"/> or a later one is confirmed, and returns it.</summary>
    /// <exception cref="InvalidOperationException">The ledger ended before.</exception>
    public async Task<Block> WaitForBlockAsync(Slot slot, CancellationToken cancellationToken)
    {
        var blocks = ReadBlocksAsync(cancellationToken);
        await using var next = blocks.GetAsyncEnumerator(cancellationToken);
        var latest = LatestBlock;
        while (latest.Slot < slot)
        {
            latest = await next.MoveNextAsync()
                ? next.Current
                : throw new InvalidOperationException($"The ledger ended before slot {slot}.");
        }

        return latest;
    }

    /// <summary>Seals one block per slot, now.</summary>
    /// <param name="slots">How many; at least one.</param>
    /// <param name="cancellationToken">Stops between two of them.</param>
    /// <returns>The last of the blocks.</returns>
    /// <exception cref="InvalidOperationException">The ledger ended before.</exception>
    public async Task<Block> MineAsync(int slots, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        var block = LatestBlock;
        for (var count = 0; count < slots; count++)
        {
            var open = _engine.Read((bank, _) => bank.Slot);
            _engine.Clock.AdvanceTo(open + 1);
            block = await WaitForBlockAsync(open, cancellationToken);
        }

        return block;
    }

    /// <summary>How long ago a slot began, by the clock that slots follow; negative if it is still to come.</summary>
    /// <exception cref="InvalidOperationException">Slots pass on demand.</exception>
    public TimeSpan TimeSince(Slot slot) => _engine.Clock.TimeSince(slot);

    private static async Task HandleLaterAsync(Task<RequestDelegate> opened, HttpContext context) =>
        await (await opened.WaitAsync(context.RequestAborted))(context);

    private static void CheckMining(LedgerHostOptions options)
    {
        if (options.Mining is MiningMode.OnDemand && !options.Genesis.IsLocal)
        {
            throw new ArgumentException("Only a local network can seal on demand.", nameof(options));
        }
    }

    /// <summary>
    /// Stops serving and sealing. Sockets are told to come back later, requests under way are finished, and what was taken is put on the disk.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _sockets.StopAsync();
        await _app.StopAsync(CancellationToken.None);
        await _stopping.CancelAsync();
        try
        {
            await _notifying;
            await Completion;
        }
        finally
        {
            await _app.DisposeAsync();
            _stopping.Dispose();
        }
    }
}
