using Pond.Client.Content;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.Retention;
using Pond.Store.UnixFs;

namespace Pond.Server.Nodes;

/// <summary>A node's content: its store, the gateway that shows it to others, and the sources that it fetches from.</summary>
/// <remarks>What the task adds is kept for its round and some more, then released; what was fetched and not pinned goes with it.</remarks>
internal sealed class NodeContent : IAsyncDisposable
{
    // The most that an address may ask at once: ten seconds' worth, a proof of many blocks.
    private const double BurstSeconds = 10;

    private readonly string _task;
    private readonly NodeHostOptions _options;
    private readonly ContentHost _gateway;
    private readonly PeerBlockSource _peers;
    private readonly KuboBlockSource? _kubo;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeProvider _time;
    private TaskStorage? _storage;
    private Task _collection = Task.CompletedTask;
    private Round? _round;

    private NodeContent(
        ContentStore store, ContentHost gateway, NodeHostOptions options, Func<IReadOnlyList<Uri>> peers, TimeProvider time)
    {
        _task = options.Task.ToString();
        _options = options;
        _gateway = gateway;
        _time = time;
        Store = store;
        var fetching = new PeerBlockSourceOptions { AllowsPrivateAddresses = options.AllowsPrivateAddresses };
        _peers = new(store.Blocks, peers, fetching, time);
        _kubo = options.Kubo is { } kubo ? new(kubo, store.Blocks, fetching.BlockTimeout) : null;
        Source = _kubo is null ? _peers : new ChainedBlockSource(_peers, _kubo);
    }

    /// <summary>The blocks and pins.</summary>
    internal ContentStore Store { get; }

    /// <summary>Where others reach the gateway.</summary>
    internal Uri Address => _options.PublicAddress ?? _gateway.Endpoint;

    /// <summary>Everything that can be had: from the store, other nodes, gateways, and an IPFS node at last.</summary>
    internal IBlockSource Source { get; }

    /// <summary>Opens the store and its gateway.</summary>
    /// <param name="options">The node's.</param>
    /// <param name="peers">The gateways that are known now.</param>
    /// <param name="time">Measures timeouts and budgets.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>port-in-use</c>, <c>port-unusable</c>, <c>store-in-use</c>, or the disk failed.</exception>
    internal static async Task<NodeContent> StartAsync(
        NodeHostOptions options, Func<IReadOnlyList<Uri>> peers, TimeProvider time, CancellationToken cancellationToken)
    {
        var store = new ContentStore(
            Path.Combine(options.DataFolder, "store"),
            new ContentStoreOptions { Blocks = new() { MaxBytes = options.MaxStoreBytes }, MaxBytesOfOthers = options.MaxTaskBytes });
        try
        {
            // Strangers are shown what is here; nothing is fetched for them.
            IBlockSource shown = options.ServesOnlyPinned ? new PinnedBlockSource(store) : new LocalBlockSource(store.Blocks);
            var budget = options.RequestsPerSecond is { } often
                ? new RequestBudget(often, (int)Math.Ceiling(often * BurstSeconds), time)
                : null;
            var gateway = await ContentHost.StartAsync(
                shown, new GatewayOptions { Budget = budget }, options.Address, options.Port, cancellationToken);
            return new(store, gateway, options, peers, time);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Brings a root and everything below it into the store, from several nodes at one time. Hold the store until it is pinned.</summary>
    /// <exception cref="PondException">See <see cref="BlockSourceReading.FetchDagAsync"/>.</exception>
    internal Task<FetchedDag> FetchAsync(Cid root, DagFetchLimits limits, CancellationToken cancellationToken) =>
        _peers.FetchDagByCarsAsync(root, limits, Source, cancellationToken);

    /// <summary>Sees that the node has access to the storage which the task's metadata names, if any; what is added goes there, too.</summary>
    /// <exception cref="PondException">See <see cref="TaskStorage.OpenAsync"/>.</exception>
    internal async Task OpenStorageAsync(string metadata, CancellationToken cancellationToken) =>
        _storage = await TaskStorage.OpenAsync(metadata, Source, _options.PinningServices, _time, cancellationToken);

    /// <summary>Adds a file or folder of the task and keeps it for the round; it counts against the task's quota.</summary>
    /// <exception cref="PondException">
    /// <c>quota-exceeded</c>, the path cannot be read, the disk failed, or the storage that the task names did not take it.
    /// </exception>
    internal async Task<Cid> AddAsync(string path, Round round, CancellationToken cancellationToken)
    {
        var name = RoundRetention.PinName(_task, round);
        // Disk work of seconds, perhaps: not on the thread that serves the task's socket.
        var root = await Task.Run(
            () =>
            {
                using var writer = Store.BeginAdd(_task);
                var added = FolderImporter.Import(path, writer, UnixFsProfile.V1Of2025, cancellationToken).Root;
                writer.Pin(new Pin(added, name));
                return added;
            },
            cancellationToken);
        if (_storage is { } storage)
        {
            await storage.KeepAsync(root, name, Address, cancellationToken);
        }

        return root;
    }

    /// <summary>Tells which round the task is in. In a new one, what no round needs any more is released and collected in the background.</summary>
    /// <remarks>Not safe for use by several threads. While one collection runs, no other begins.</remarks>
    internal void EnterRound(Round round)
    {
        if (_round == round || !_collection.IsCompleted)
        {
            return;
        }

        _round = round;
        _collection = Task.Run(() => CollectAsync(round), CancellationToken.None);
    }

    /// <summary>Stops serving and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _collection;
        _storage?.Dispose();
        _kubo?.Dispose();
        _peers.Dispose();
        await _gateway.DisposeAsync();
        Store.Dispose();
        _stopping.Dispose();
    }

    private async Task CollectAsync(Round round)
    {
        try
        {
            var released = Store.ReleaseRounds(_task, round, _options.Retention);
            Store.CollectGarbage(_stopping.Token);
            foreach (var pin in _storage is null ? [] : released)
            {
                await _storage!.ReleaseAsync(pin.Root, pin.Name, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops; the next round of its next run collects.
        }
        catch (PondException failure)
        {
            _options.OnLine($"The content store could not be tidied: {failure.Message} {failure.Fix}");
        }
    }
}
