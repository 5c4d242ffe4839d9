using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Pond.Primitives;

namespace Pond.Server.Nodes.Routes;

/// <summary>
/// The public face of tasks: <c>/task/{id}/...</c> of the node's public port goes to the HTTP server of that task, with
/// <c>/task/{id}</c> removed. Thread-safe.
/// </summary>
/// <remarks>
/// Any web page may ask (CORS is open), because nothing that says who somebody is passes in either direction. WebSockets pass.
/// Bodies, times and the number of requests at one time are bounded, so that a task can't take the node's memory.
/// </remarks>
public sealed class TaskRoutes(TaskRoutesOptions options, TimeProvider time)
{
    private const string Prefix = "/task/";

    private readonly ConcurrentDictionary<Pubkey, Target> _targets = new();

    /// <summary>Shows a task's routes until the result is disposed of.</summary>
    /// <param name="task">The task.</param>
    /// <param name="connect">Connects to it, for as long as it is shown; fails while the task does not run.</param>
    /// <exception cref="InvalidOperationException">The task is shown already.</exception>
    public IDisposable Add(Pubkey task, TaskConnection connect)
    {
        var target = new Target(connect, options, time, () => _targets.TryRemove(task, out _));
        if (!_targets.TryAdd(task, target))
        {
            target.Dispose();
            throw new InvalidOperationException($"The routes of {task} are shown already.");
        }

        return target;
    }

    /// <summary>Maps <c>/task/{id}/...</c> for all methods.</summary>
    public void MapTo(IEndpointRouteBuilder routes) => routes.Map($"{Prefix}{{id}}/{{**rest}}", (RequestDelegate)HandleAsync);

    /// <summary>Answers a request for <c>/task/{id}/...</c>.</summary>
    internal async Task HandleAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        headers.AccessControlAllowHeaders = "*";
        headers.AccessControlExposeHeaders = "*";
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var id = (string)context.Request.RouteValues["id"]!;
        if (context.Request.RouteValues["rest"] is "id")
        {
            await context.Response.WriteAsJsonAsync(new { taskId = id }, context.RequestAborted);
        }
        else if (!Pubkey.TryParse(id, out var task) || !_targets.TryGetValue(task, out var target))
        {
            await Forwarder.FailAsync(context, StatusCodes.Status422UnprocessableEntity, $"Task {id} not running");
        }
        else if (TargetOf(context) is not { } address)
        {
            await Forwarder.FailAsync(context, StatusCodes.Status400BadRequest, "The path is not one that can be passed on.");
        }
        else
        {
            await target.ForwardAsync(context, address);
        }
    }

    // The path as it was sent: a task may sign what it was asked, so not one escape may change on the way.
    private static Uri? TargetOf(HttpContext context)
    {
        var sent = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = sent.StartsWith(Prefix, StringComparison.Ordinal) ? sent.IndexOf('/', Prefix.Length) : -1;
        return end > 0
            && Uri.TryCreate(
                "http://task" + sent[end..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var address)
            ? address
            : null;
    }

    private sealed class Target : IDisposable
    {
        private readonly HttpMessageInvoker _http;
        private readonly SemaphoreSlim _places;
        private readonly Forwarder _forwarder;
        private readonly Action _onDisposed;

        internal Target(TaskConnection connect, TaskRoutesOptions options, TimeProvider time, Action onDisposed)
        {
            _onDisposed = onDisposed;
            _places = new(options.MaxParallelRequests);
            _http = new(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                AutomaticDecompression = DecompressionMethods.None,
                // A task that was started again is another process: soon nobody must talk to the old one.
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
                ConnectCallback = (_, token) => connect(token),
            });
            _forwarder = new(_http, options, time);
        }

        public void Dispose()
        {
            _onDisposed();
            _http.Dispose();
        }

        internal async Task ForwardAsync(HttpContext context, Uri address)
        {
            if (!await _places.WaitAsync(TimeSpan.Zero, context.RequestAborted))
            {
                context.Response.Headers.RetryAfter = "1";
                await Forwarder.FailAsync(
                    context, StatusCodes.Status503ServiceUnavailable, "The task answers as many requests as it may at one time.");
                return;
            }

            try
            {
                await _forwarder.ForwardAsync(context, address, keepsIdentity: false);
            }
            finally
            {
                _places.Release();
            }
        }
    }
}
