using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Pond.Client.Content;
using Pond.Primitives;
using Pond.Server.Content.Pinning;
using Pond.Server.Content.Rpc;

namespace Pond.Server.Content;

/// <summary>Serves a store: the gateway to everybody, the pinning service to its users, the RPC to the operator, each on a port of its own.</summary>
public sealed class StoreHost : IAsyncDisposable
{
    private const string ServingFile = "serving";

    // In the order in which they were made; freed in the opposite order.
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly string _servingPath;

    private StoreHost(string folder) => _servingPath = Path.Combine(folder, ServingFile);

    /// <summary>The gateway's base address.</summary>
    public Uri GatewayEndpoint { get; private set; } = null!;

    /// <summary>The RPC's base address.</summary>
    public Uri RpcEndpoint { get; private set; } = null!;

    /// <summary>The pinning service's base address; null if there is none.</summary>
    public Uri? PinningEndpoint { get; private set; }

    /// <summary>The RPC of the process that serves the store in a folder, as far as the folder says; it may have been killed since.</summary>
    public static Uri? FindServing(string folder)
    {
        try
        {
            return Uri.TryCreate(File.ReadAllText(Path.Combine(folder, ServingFile)).Trim(), UriKind.Absolute, out var address)
                && address.IsLoopback ? address : null;
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            return null;
        }
    }

    /// <summary>Starts serving.</summary>
    /// <exception cref="PondException"><c>port-in-use</c>, or the store's key cannot be read or written.</exception>
    public static async Task<StoreHost> StartAsync(
        ContentStore store, StoreHostOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var host = new StoreHost(store.Folder);
        try
        {
            await host.StartPartsAsync(store, options, timeProvider, cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops serving.</summary>
    public async ValueTask DisposeAsync()
    {
        DurableFiles.TryDelete(_servingPath);
        while (_owned.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartPartsAsync(
        ContentStore store, StoreHostOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        GatewayEndpoint = await ServeAsync(
            options.Address,
            options.GatewayPort,
            app =>
            {
                app.MapGateway(SourceOf(store, options, timeProvider), options.Gateway);
                if (options.Uploads is { } uploads)
                {
                    app.MapUploads(store, uploads, timeProvider);
                }
            },
            cancellationToken);
        var identity = StoreIdentity.Open(store.Folder);
        if (options.PinningUsers.Count > 0)
        {
            var service = new PinningService(
                store,
                new PinningServiceOptions
                {
                    Users = options.PinningUsers,
                    Sources = options.Sources,
                    Delegates = [$"{HttpMultiaddr.Of(options.PublicGateway ?? GatewayEndpoint)}/p2p/{identity.PeerId}"],
                    Fetching = options.Fetching,
                },
                timeProvider);
            _owned.Push(service);
            PinningEndpoint = await ServeAsync(
                options.Address, options.PinningPort, app => app.MapPinningService(service), cancellationToken);
        }

        var rpcOptions = new StoreRpcOptions
        {
            AllowedOrigins = options.AllowedOrigins,
            Version = options.Version,
            Identity = identity,
        };
        RpcEndpoint = await ServeAsync(
            IPAddress.Loopback, options.RpcPort, app => app.MapStoreRpc(store, rpcOptions, timeProvider), cancellationToken);
        // Commands on the same folder find their way by this.
        await File.WriteAllTextAsync(_servingPath, RpcEndpoint.AbsoluteUri, cancellationToken);
    }

    private IBlockSource SourceOf(ContentStore store, StoreHostOptions options, TimeProvider timeProvider)
    {
        if (!options.FetchesForReaders)
        {
            return options.ServesOnlyPinned ? new PinnedBlockSource(store) : new LocalBlockSource(store.Blocks);
        }

        var peers = Own(new PeerBlockSource(store.Blocks, () => options.Sources, options.Fetching, timeProvider));
        return options.Kubo is { } kubo
            ? new ChainedBlockSource(peers, Own(new KuboBlockSource(kubo, store.Blocks, options.Fetching.BlockTimeout)))
            : peers;
    }

    private T Own<T>(T source)
        where T : IDisposable
    {
        _owned.Push(new Owned(source));
        return source;
    }

    private async Task<Uri> ServeAsync(IPAddress address, int port, Action<WebApplication> map, CancellationToken cancellationToken)
    {
        var app = await StartAsync(address, port, map, cancellationToken);
        _owned.Push(new Served(app));
        return new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    private static async Task<WebApplication> StartAsync(
        IPAddress address, int port, Action<WebApplication> map, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        _ = builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxResponseBufferSize = GatewayOptions.SendBufferBytes;
            kestrel.Listen(address, port);
        });
        _ = builder.Services.AddRoutingCore();
        var app = builder.Build();
        try
        {
            _ = app.UseRouting();
            map(app);
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch (IOException cause)
        {
            await app.DisposeAsync();
            throw new PondException(
                "port-in-use",
                $"Port {port} of this machine is taken: {cause.Message}",
                "Choose another port, or 0 for any free one.",
                innerException: cause);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private sealed class Served(WebApplication app) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            // Whoever still downloads is cut off: a stop is asked for by somebody who waits for it.
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }
    }

    private sealed class Owned(IDisposable source) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            source.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
