using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Pond.Sdk;

namespace Pond.TestTask;

/// <summary>A task for the tests of routes.</summary>
internal sealed class RoutedTask(ILogger<RoutedTask> logger) : ScriptedTask
{
    public override void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/who", (ITaskContext task) => task.Identity.StakingKey);
        routes.Map("/echo/{**path}", async (HttpContext context) =>
        {
            using var body = new StreamReader(context.Request.Body);
            context.Response.Headers.SetCookie = "session=1";
            context.Response.Headers["Service-Worker-Allowed"] = "/";
            context.Response.Headers["X-Mine"] = "kept";
            var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            var headers = string.Join(',', context.Request.Headers.Keys.Order(StringComparer.Ordinal));
            return $"{context.Request.Method} {target} [{headers}] {await body.ReadToEndAsync(context.RequestAborted)}";
        });
        routes.MapGet("/hang", async (HttpContext context) =>
        {
            logger.LogInformation("hanging");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        routes.MapGet("/zeros", (int count) => Results.Bytes(new byte[count]));
        routes.MapGet("/fail", string () => throw new InvalidOperationException("as the test wants it"));
        routes.MapGet("/socket", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[1024];
            var message = await socket.ReceiveAsync(buffer, context.RequestAborted);
            await socket.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", context.RequestAborted);
        });
    }
}
