using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Pond.Client.Content;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Nodes.Routes;

/// <summary>
/// Asks others for a task, which has no network of its own: the same task on other nodes (<c>/peers/{staking key}/...</c>), and, where the
/// operator allows it, the web (<c>/web?url=...</c>). Both are for the task's own socket, never for strangers.
/// </summary>
internal sealed class TaskBroker : IDisposable
{
    private readonly Pubkey _task;
    private readonly Func<TaskInfo> _readTask;
    private readonly bool _allowsWeb;
    private readonly HttpMessageInvoker _http;
    private readonly Forwarder _forwarder;

    /// <summary>Makes a broker.</summary>
    /// <param name="task">The task that asks.</param>
    /// <param name="readTask">The task as it is now: where its nodes are.</param>
    /// <param name="allowsWeb">Whether the task may ask the web.</param>
    /// <param name="allowsPrivateAddresses">Whether others may have loopback and private addresses: on local networks only.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">Measures them.</param>
    internal TaskBroker(
        Pubkey task, Func<TaskInfo> readTask, bool allowsWeb, bool allowsPrivateAddresses, TaskRoutesOptions options, TimeProvider time)
    {
        _task = task;
        _readTask = readTask;
        _allowsWeb = allowsWeb;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (!allowsPrivateAddresses)
        {
            handler.ConnectCallback = PublicAddresses.ConnectAsync;
        }

        _http = new(handler);
        _forwarder = new(_http, options, time);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Maps both.</summary>
    internal void MapTo(IEndpointRouteBuilder routes)
    {
        routes.Map($"{TaskChannel.PeersPath}/{{peer}}/{{**rest}}", (RequestDelegate)AskPeerAsync);
        routes.Map(TaskChannel.WebPath, (RequestDelegate)AskWebAsync);
    }

    /// <summary>Passes a request for <c>/task/{id}/...</c> of the task on to a node, as it was sent.</summary>
    /// <param name="context">The request.</param>
    /// <param name="address">Where the node is registered: a stranger wrote this.</param>
    internal Task ForwardAsync(HttpContext context, string address)
    {
        var sent = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return !sent.StartsWith($"/task/{_task}/", StringComparison.Ordinal)
            ? FailAsync(context, StatusCodes.Status403Forbidden, "peer-refused", "A task asks other nodes for the same task's routes, and for nothing else.")
            : !IsHttp(address, out var host)
                ? FailAsync(context, StatusCodes.Status404NotFound, "peer-unknown", "The node's address is none.")
                : _forwarder.ForwardAsync(
                    context,
                    new Uri(host.GetLeftPart(UriPartial.Authority) + sent, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }),
                    keepsIdentity: false);
    }

    private Task AskPeerAsync(HttpContext context)
    {
        var sent = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = sent.IndexOf('/', TaskChannel.PeersPath.Length + 1);
        return !Pubkey.TryParse((string)context.Request.RouteValues["peer"]!, out var peer) || end < 0
            ? FailAsync(context, StatusCodes.Status400BadRequest, "peer-invalid", "A peer is named by its staking key in base58.")
            // A stranger wrote this address.
            : !_readTask().Addresses.TryGetValue(peer, out var address) || !IsHttp(address, out var host)
                ? FailAsync(context, StatusCodes.Status404NotFound, "peer-unknown", $"{peer} has no address on the ledger.")
                : _forwarder.ForwardAsync(
                    context,
                    new Uri(
                        $"{host.GetLeftPart(UriPartial.Authority)}/task/{_task}{sent[end..]}",
                        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }),
                    keepsIdentity: false);
    }

    private Task AskWebAsync(HttpContext context) =>
        !_allowsWeb
            ? FailAsync(
                context,
                StatusCodes.Status403Forbidden,
                "web-refused",
                "The operator does not let this task ask the web. He allows it when he starts the task.")
            : !IsHttp(context.Request.Query["url"].ToString(), out var target)
                ? FailAsync(context, StatusCodes.Status400BadRequest, "url-invalid", "The web is asked for http and https addresses.")
                : _forwarder.ForwardAsync(context, target, keepsIdentity: true);

    private static bool IsHttp(string text, out Uri address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address!) && address.Scheme is "http" or "https";

    private static Task FailAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.Headers[TaskChannel.ErrorCodeHeader] = code;
        return Forwarder.FailAsync(context, status, message);
    }
}
