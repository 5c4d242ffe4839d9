using Pond.Client.Content;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Store;

namespace Pond.Server.Nodes;

/// <summary>A node's content: its store, the gateway that shows it to others, and the sources that it fetches from.</summary>
internal sealed class NodeContent : IAsyncDisposable
{
    // The most that an address may ask at once: ten seconds' worth, a proof of many blocks.
    private const double BurstSeconds = 10;

    private readonly NodeHostOptions _options;
    private readonly ContentHost _gateway;
    private readonly PeerBlockSource _peers;
    private readonly KuboBlockSource? _kubo;
    private readonly SemaphoreSlim _collecting = new(1);

    private NodeContent(
        ContentStore store, ContentHost gateway, NodeHostOptions options, Func<IReadOnlyList<Uri>> peers, TimeProvider time)
    {
        _options = options;
        _gateway = gateway;
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
    /// <param name="map">Maps what else the node's public port serves.</param>
    /// <param name="time">Measures timeouts and budgets.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>port-in-use</c>, <c>port-unusable</c>, <c>store-in-use</c>, or the disk failed.</exception>
    internal static async Task<NodeContent> StartAsync(
        NodeHostOptions options,
        Func<IReadOnlyList<Uri>> peers,
        Action<IEndpointRouteBuilder> map,
        TimeProvider time,
        CancellationToken cancellationToken)
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
                shown, new GatewayOptions { Budget = budget }, map, options.Address, options.Port, cancellationToken);
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

    /// <summary>Deletes what no pin reaches. One task's wish at a time, for it is the store of all.</summary>
    internal async Task CollectGarbageAsync(CancellationToken cancellationToken)
    {
        await _collecting.WaitAsync(cancellationToken);
        try
        {
            Store.CollectGarbage(cancellationToken);
        }
        finally
        {
            _collecting.Release();
        }
    }

    /// <summary>Stops serving and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        _kubo?.Dispose();
        _peers.Dispose();
        await _gateway.DisposeAsync();
        Store.Dispose();
        _collecting.Dispose();
    }
}
