using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Pond.Contracts.Tasks;
using Pond.Primitives;

namespace Pond.Server.Content.Rpc;

/// <summary>The calls of Kubo's RPC that clients of a store use, at <c>/api/v0</c>.</summary>
/// <remarks>
/// It does whatever it is told, so it belongs on loopback, on a port of its own. Browsers send foreign pages' calls there as
/// well: only POST is answered, and only to pages that the options name.
/// </remarks>
public static class StoreRpcEndpoints
{
    private static readonly Dictionary<string, Func<RpcCall, Task>> Calls = new(StringComparer.Ordinal)
    {
        ["add"] = RpcAdd.AddAsync,
        ["cat"] = RpcFiles.CatAsync,
        ["get"] = RpcFiles.GetAsync,
        ["ls"] = RpcFiles.ListAsync,
        ["refs"] = RpcFiles.RefsAsync,
        ["refs/local"] = RpcRepo.ListBlocksAsync,
        ["resolve"] = RpcDag.ResolveAsync,
        ["block/put"] = RpcBlocks.PutAsync,
        ["block/get"] = RpcBlocks.GetAsync,
        ["block/stat"] = RpcBlocks.StatAsync,
        ["block/rm"] = RpcBlocks.RemoveAsync,
        ["dag/put"] = RpcBlocks.PutNodeAsync,
        ["dag/export"] = RpcDag.ExportAsync,
        ["dag/import"] = RpcDag.ImportAsync,
        ["dag/stat"] = RpcDag.StatAsync,
        ["dag/resolve"] = RpcDag.ResolveNodeAsync,
        ["pin/add"] = RpcPins.AddAsync,
        ["pin/rm"] = RpcPins.RemoveAsync,
        ["pin/ls"] = RpcPins.ListAsync,
        ["pin/update"] = RpcPins.UpdateAsync,
        ["pin/verify"] = RpcPins.VerifyAsync,
        ["repo/stat"] = RpcRepo.StatAsync,
        ["repo/gc"] = RpcRepo.CollectAsync,
        ["repo/ls"] = RpcRepo.ListBlocksAsync,
        ["repo/version"] = RpcRepo.RepoVersionAsync,
        ["version"] = RpcRepo.VersionAsync,
        ["id"] = RpcRepo.IdAsync,
        ["swarm/peers"] = RpcRepo.PeersAsync,
        ["pond/stat"] = RpcPond.StatAsync,
        ["pond/pins"] = RpcPond.PinsAsync,
        ["pond/pin"] = RpcPond.PinAsync,
        ["pond/unpin"] = RpcPond.UnpinAsync,
        ["pond/gc"] = RpcPond.CollectAsync,
        ["pond/verify"] = RpcPond.VerifyAsync,
        ["pond/import"] = RpcPond.ImportAsync,
        ["object/data"] = RpcRepo.RemovedAsync,
        ["object/get"] = RpcRepo.RemovedAsync,
        ["object/links"] = RpcRepo.RemovedAsync,
        ["object/new"] = RpcRepo.RemovedAsync,
        ["object/put"] = RpcRepo.RemovedAsync,
        ["object/stat"] = RpcRepo.RemovedAsync,
    };

    /// <summary>Maps the calls.</summary>
    /// <param name="routes">Where to; on a port that only this machine reaches.</param>
    /// <param name="store">What is read and changed.</param>
    /// <param name="options">Bounds, and the name that the store gives itself.</param>
    /// <param name="timeProvider">Measures the timeouts that calls ask for.</param>
    public static IEndpointConventionBuilder MapStoreRpc(
        this IEndpointRouteBuilder routes, ContentStore store, StoreRpcOptions options, TimeProvider timeProvider) =>
        routes.Map("/api/v0/{**call}", (HttpContext context, string call) => AnswerAsync(context, call, store, options, timeProvider));

    private static async Task AnswerAsync(HttpContext context, string name, ContentStore store, StoreRpcOptions options, TimeProvider timeProvider)
    {
        var headers = context.Response.Headers;
        headers.Vary = "Origin";
        headers.AccessControlExposeHeaders = "X-Stream-Output, X-Chunked-Output, X-Content-Length";
        if (!IsAllowed(context.Request, options))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "403 - Forbidden");
            return;
        }

        if (context.Request.Headers.Origin is [{ } origin])
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowMethods = "POST";
            headers.AccessControlAllowHeaders = "Content-Type, X-Requested-With";
        }

        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            headers.Allow = "OPTIONS, POST";
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "405 - Method Not Allowed");
            return;
        }

        if (!Calls.TryGetValue(name.TrimEnd('/'), out var run))
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "404 page not found");
            return;
        }

        await RunAsync(context, run, store, options, timeProvider);
    }

    private static async Task RunAsync(
        HttpContext context, Func<RpcCall, Task> run, ContentStore store, StoreRpcOptions options, TimeProvider timeProvider)
    {
        // Uploads are as large as the store lets them be.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            bodySize.MaxRequestBodySize = null;
        }

        if (context.Response.SupportsTrailers())
        {
            context.Response.DeclareTrailer("X-Stream-Error");
        }

        var timeout = Timeout.InfiniteTimeSpan;
        if (context.Request.Query["timeout"] is [{ Length: > 0 } text, ..] && !GoDuration.TryParse(text, out timeout))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"invalid timeout \"{text}\"");
            return;
        }

        using var deadline = new CancellationTokenSource(timeout, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, deadline.Token);
        try
        {
            await run(new(context, store, options, timeProvider, stop.Token));
        }
        catch (RpcFailure failure)
        {
            await FailAsync(context, failure.Message, failure.IsOfClient);
        }
        catch (PondException failure)
        {
            if (!context.Response.HasStarted)
            {
                context.Response.Headers[TaskChannel.ErrorCodeHeader] = failure.Code;
            }

            await FailAsync(context, $"{failure.Message} {failure.Fix}", isOfClient: false);
        }
        catch (ArgumentException failure)
        {
            await FailAsync(context, failure.Message, isOfClient: true);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            await FailAsync(context, "context deadline exceeded", isOfClient: false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody waits for an answer.
        }
    }

    private static async Task FailAsync(HttpContext context, string message, bool isOfClient)
    {
        if (context.Response.HasStarted)
        {
            // What was sent is not all of it, and the client must not take it for that.
            if (context.Response.SupportsTrailers())
            {
                context.Response.AppendTrailer("X-Stream-Error", string.Concat(message.Select(letter => char.IsControl(letter) ? ' ' : letter)));
            }

            context.Abort();
            return;
        }

        context.Response.StatusCode = isOfClient ? StatusCodes.Status400BadRequest : StatusCodes.Status500InternalServerError;
        context.Response.ContentType = "application/json";
        foreach (var name in new[] { "X-Chunked-Output", "X-Stream-Output", "X-Content-Length" })
        {
            context.Response.Headers.Remove(name);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new { Message = message, Code = isOfClient ? 1 : 0, Type = "error" });
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static async Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    // Programs send neither header. Browsers send one of them with every POST across origins; one that hides both is refused.
    private static bool IsAllowed(HttpRequest request, StoreRpcOptions options)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0 && Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var referer))
        {
            origin = referer.GetLeftPart(UriPartial.Authority);
        }

        var agent = request.Headers.UserAgent.ToString();
        return origin.Length > 0
            ? options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            : request.Headers.Referer.Count == 0
                && (!agent.StartsWith("Mozilla", StringComparison.Ordinal) || agent.Contains("Electron", StringComparison.Ordinal));
    }
}
