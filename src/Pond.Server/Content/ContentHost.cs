using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Pond.Client.Content;
using Pond.Store;

namespace Pond.Server.Content;

/// <summary>Serves the blocks of a store to others, through a gateway on a port of its own on loopback.</summary>
public sealed class ContentHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ContentHost(WebApplication app, Uri endpoint)
    {
        _app = app;
        Endpoint = endpoint;
    }

    /// <summary>The gateway's base address.</summary>
    public Uri Endpoint { get; }

    /// <summary>Starts serving, on any free port. Only what is in the store is served; nothing is fetched for strangers.</summary>
    public static async Task<ContentHost> StartAsync(IBlockStore store, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        _ = builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port: 0);
        });
        _ = builder.Services.AddRoutingCore();
        var app = builder.Build();
        try
        {
            _ = app.UseRouting();
            _ = app.MapGateway(new LocalBlockSource(store), new GatewayOptions());
            await app.StartAsync(cancellationToken);
            var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
            return new ContentHost(app, new Uri(addresses.Single()));
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops serving.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
