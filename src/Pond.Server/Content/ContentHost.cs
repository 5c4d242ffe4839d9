using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Pond.Client.Content;
using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content;

/// <summary>Serves the blocks of a store to everybody: a node's public face. Nothing is fetched for strangers.</summary>
public sealed class ContentHost : IAsyncDisposable
{
    /// <summary>How many WebSockets one port holds open; each costs memory for as long as its reader likes.</summary>
    private const int MaxUpgradedConnections = 1_000;

    private readonly WebApplication _app;

    private ContentHost(WebApplication app, Uri endpoint)
    {
        _app = app;
        Endpoint = endpoint;
    }

    /// <summary>Where it listens, with the port that was found.</summary>
    public Uri Endpoint { get; }

    /// <summary>Starts serving all blocks of a store.</summary>
    /// <exception cref="PondException"><c>port-in-use</c> or <c>port-unusable</c>.</exception>
    public static Task<ContentHost> StartAsync(IBlockStore store, IPAddress address, int port, CancellationToken cancellationToken) =>
        StartAsync(new LocalBlockSource(store), new GatewayOptions(), address, port, cancellationToken);

    /// <summary>Starts serving.</summary>
    /// <param name="source">What strangers are shown.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="address">Where to listen.</param>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>port-in-use</c> or <c>port-unusable</c>.</exception>
    public static Task<ContentHost> StartAsync(
        IBlockSource source, GatewayOptions options, IPAddress address, int port, CancellationToken cancellationToken) =>
        StartAsync(source, options, static _ => { }, address, port, cancellationToken);

    /// <summary>Starts serving, and more than content at the same port.</summary>
    /// <param name="source">What strangers are shown.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="map">Maps what else there is, such as the routes of tasks.</param>
    /// <param name="address">Where to listen.</param>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>port-in-use</c> or <c>port-unusable</c>.</exception>
    public static async Task<ContentHost> StartAsync(
        IBlockSource source,
        GatewayOptions options,
        Action<IEndpointRouteBuilder> map,
        IPAddress address,
        int port,
        CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxResponseBufferSize = GatewayOptions.SendBufferBytes;
            kestrel.Limits.MaxConcurrentUpgradedConnections = MaxUpgradedConnections;
            kestrel.Listen(address, port);
        });
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        try
        {
            app.UseRouting();
            app.MapGateway(source, options);
            map(app);
            await app.StartAsync(cancellationToken);
            var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
            return new ContentHost(app, new Uri(addresses.Single()));
        }
        catch (Exception exception)
        {
            await app.DisposeAsync();
            throw exception switch
            {
                IOException { InnerException: AddressInUseException } => new PondException(
                    "port-in-use",
                    $"The content gateway can't listen on {address} port {port}: another program does.",
                    "Choose another port, or 0 for any free one.",
                    isTransient: true,
                    exception),
                SocketException or IOException => new PondException(
                    "port-unusable",
                    $"The content gateway can't listen on {address} port {port}: {exception.Message}",
                    "Choose a port above 1023, or 0 for any free one.",
                    innerException: exception),
                _ => exception,
            };
        }
    }

    /// <summary>Stops serving.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
