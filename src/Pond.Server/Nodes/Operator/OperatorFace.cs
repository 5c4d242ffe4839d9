using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Pond.Contracts.Json;
using Pond.Contracts.Tasks;
using Pond.Primitives;

namespace Pond.Server.Nodes.Operator;

/// <summary>The operator's port: loopback only, apart from the public one, and nothing without a token.</summary>
/// <remarks>
/// <para>A request carries <c>Authorization: Bearer TOKEN</c> with a token of <see cref="OperatorAccess"/>. There are no cookies, so a web page that the
/// operator looks at can't ask in his name. As a second wall the host that a request names must be this port's own, which stops a name that
/// was led to loopback, and an <c>Origin</c>, where one is sent, must be this port's as well.</para>
/// <para>What is mapped outside of a role's group needs the highest role.</para>
/// </remarks>
public sealed class OperatorFace : IAsyncDisposable
{
    /// <summary>The port unless another is chosen.</summary>
    public const int DefaultPort = 30018;

    private const long MaxRequestBytes = 1 << 20;
    private const string Scheme = "Bearer ";

    private readonly WebApplication _app;

    private OperatorFace(WebApplication app, Uri endpoint) => (_app, Endpoint) = (app, endpoint);

    /// <summary>Where it listens, with the port that was found.</summary>
    public Uri Endpoint { get; }

    /// <summary>Listens on loopback, and writes the way in to the node's folder.</summary>
    /// <param name="folder">The node's data folder.</param>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="map">Maps what the operator may ask.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>port-in-use</c>, <c>port-unusable</c>, or <c>operator-access-missing</c>: the folder can't be written.</exception>
    internal static async Task<OperatorFace> StartAsync(
        string folder, int port, Action<OperatorRoutes> map, CancellationToken cancellationToken)
    {
        var access = OperatorAccess.Open(folder);
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        try
        {
            app.UseRouting();
            app.Use((context, next) => GuardAsync(context, access, next));
            map(new(app));
            await app.StartAsync(cancellationToken);
            var endpoint = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
            (access with { Address = endpoint }).Write(folder);
            return new(app, endpoint);
        }
        catch (Exception exception)
        {
            await app.DisposeAsync();
            throw exception switch
            {
                IOException { InnerException: AddressInUseException } => new PondException(
                    "port-in-use",
                    $"The operator's port {port} is in use: another program listens there.",
                    "Choose another one, or 0 for any free one.",
                    isTransient: true,
                    exception),
                SocketException or IOException => new PondException(
                    "port-unusable",
                    $"The operator's port {port} can't be used: {exception.Message}",
                    "Choose a port above 1023, or 0 for any free one.",
                    innerException: exception),
                _ => exception,
            };
        }
    }

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private static async Task GuardAsync(HttpContext context, OperatorAccess access, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        var authorization = context.Request.Headers.Authorization.ToString();
        var role = authorization.StartsWith(Scheme, StringComparison.Ordinal) ? access.RoleOf(authorization[Scheme.Length..]) : OperatorRole.None;
        var least = context.GetEndpoint()?.Metadata.GetMetadata<OperatorRoutes.LeastRole>()?.Role ?? OperatorRole.Wallet;
        if (!IsOwnHost(context.Request.Host, context.Connection.LocalPort))
        {
            await FailAsync(context, StatusCodes.Status421MisdirectedRequest, new(
                "This is a node's operator port; it answers to localhost alone.", "host-refused", "Ask it as http://127.0.0.1 with its port."));
        }
        else if (context.Request.Headers.Origin is { Count: > 0 } origin
            && !(origin.Count == 1 && Uri.TryCreate(origin[0], UriKind.Absolute, out var from) && from.Scheme is "http" && IsOwnHost(new(from.Authority), context.Connection.LocalPort)))
        {
            await FailAsync(context, StatusCodes.Status403Forbidden, new(
                "A page of another origin may not ask the operator's port.", "origin-refused", "Ask it from the node's own pages, or from a program."));
        }
        else if (role is OperatorRole.None)
        {
            headers.WWWAuthenticate = "Bearer";
            await FailAsync(context, StatusCodes.Status401Unauthorized, new(
                "The operator's port wants a token.", "token-missing", $"Send Authorization: Bearer TOKEN with a token of {OperatorAccess.FileName} in the node's data folder."));
        }
        else if (context.GetEndpoint() is not null && role < least)
        {
            await FailAsync(context, StatusCodes.Status403Forbidden, new(
                $"The token is for the role {NameOf(role)}; this wants {NameOf(least)}.", "role-too-low", $"Use the token of {NameOf(least)}."));
        }
        else
        {
            await next(context);
        }
    }

    private static bool IsOwnHost(HostString host, int port) =>
        (host.Port ?? 80) == port && host.Host is "127.0.0.1" or "localhost";

    private static string NameOf(OperatorRole role) => role switch
    {
        OperatorRole.View => "view",
        OperatorRole.Operate => "operate",
        OperatorRole.Wallet => "wallet",
        _ => "none",
    };

    private static Task FailAsync(HttpContext context, int status, NamespaceError error)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(error, PondJson.Options, context.RequestAborted);
    }
}
