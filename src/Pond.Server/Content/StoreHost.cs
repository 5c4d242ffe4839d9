using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Pond.Client.Content;
using Pond.Primitives;
using Pond.Server.Content.Rpc;

namespace Pond.Server.Content;

/// <summary>Serves a store on loopback: the gateway to everybody who can reach it, the RPC to its operator, each on a port of its own.</summary>
public sealed class StoreHost : IAsyncDisposable
{
    private readonly WebApplication _gateway;
    private readonly WebApplication _rpc;

    private StoreHost(WebApplication gateway, WebApplication rpc)
    {
        _gateway = gateway;
        _rpc = rpc;
    }

    /// <summary>The gateway's base address.</summary>
    public Uri GatewayEndpoint => AddressOf(_gateway);

    /// <summary>The RPC's base address.</summary>
    public Uri RpcEndpoint => AddressOf(_rpc);

    /// <summary>Starts serving. Only what is in the store is served; nothing is fetched for strangers.</summary>
    /// <exception cref="PondException"><c>port-in-use</c>, or the store's key cannot be read or written.</exception>
    public static async Task<StoreHost> StartAsync(
        ContentStore store, StoreHostOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var rpcOptions = new StoreRpcOptions
        {
            AllowedOrigins = options.AllowedOrigins,
            Version = options.Version,
            Identity = StoreIdentity.Open(store.Folder),
        };
        var gateway = await StartAsync(
            options.GatewayPort, app => app.MapGateway(new LocalBlockSource(store.Blocks), options.Gateway), cancellationToken);
        try
        {
            var rpc = await StartAsync(options.RpcPort, app => app.MapStoreRpc(store, rpcOptions, timeProvider), cancellationToken);
            return new(gateway, rpc);
        }
        catch
        {
            await StopAsync(gateway);
            throw;
        }
    }

    /// <summary>Stops serving.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(_gateway);
        await StopAsync(_rpc);
    }

    private static async Task<WebApplication> StartAsync(
        int port, Action<WebApplication> map, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        _ = builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
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

    private static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private static async Task StopAsync(WebApplication app)
    {
        // Whoever still downloads is cut off: a stop is asked for by somebody who waits for it.
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}
