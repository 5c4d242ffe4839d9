using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Server.Nodes;

/// <summary>What the original node answers at its public port besides its tasks' routes: that it runs, what it runs, and which nodes it knows.</summary>
/// <remarks>Everybody may read it. Nothing here changes anything but <c>/register-node</c>, whose entries are verified and bounded.</remarks>
internal sealed class NodeFace(NodeRegistry registry, Func<IEnumerable<(TaskInfo Task, bool IsRunning)>> readTasks)
{
    /// <summary>Maps <c>/</c>, <c>/id</c>, <c>/tasks</c>, <c>/get-all-running-tasks</c>, <c>/nodes/{task}</c> and <c>/register-node/{task}</c>.</summary>
    /// <param name="routes">Where to map them.</param>
    /// <param name="change">What is done to a registry before it is shown; null for nothing.</param>
    internal void MapTo(IEndpointRouteBuilder routes, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? change = null)
    {
        routes.MapGet("/", Answer(_ => new { status = "OK", message = "Node is running" }));
        routes.MapGet("/id", (RequestDelegate)(context =>
        {
            OpenToAll(context);
            return context.Response.WriteAsync(ProgramIds.Task.ToString(), context.RequestAborted);
        }));
        routes.MapGet("/tasks", Answer(_ => Running().Select(task => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TaskName"] = task.Name,
            ["TaskID"] = task.Task.ToString(),
        })));
        routes.MapGet("/get-all-running-tasks", Answer(_ => Running().Select(task => task.Task.ToString())));
        routes.MapGet("/nodes/{task}", (RequestDelegate)(context => ReadNodesAsync(context, change)));
        routes.MapPost("/register-node/{task}", (RequestDelegate)RegisterAsync);
    }

    private static RequestDelegate Answer(Func<HttpContext, object> answer) => context =>
    {
        OpenToAll(context);
        return context.Response.WriteAsJsonAsync(answer(context), PondJson.Options, context.RequestAborted);
    };

    private static void OpenToAll(HttpContext context) => context.Response.Headers.AccessControlAllowOrigin = "*";

    private IEnumerable<TaskInfo> Running() => readTasks().Where(task => task.IsRunning).Select(task => task.Task);

    private TaskInfo? Find(HttpContext context) =>
        Pubkey.TryParse((string?)context.Request.RouteValues["task"], out var id)
            ? readTasks().Select(task => task.Task).FirstOrDefault(task => task.Task == id)
            : null;

    private async Task ReadNodesAsync(HttpContext context, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? change)
    {
        OpenToAll(context);
        context.Response.ContentType = "application/json; charset=utf-8";
        // As the original: of a task that it does not know it knows no nodes.
        var nodes = Find(context) is { } task ? registry.Read(task) : "[]"u8.ToArray();
        await context.Response.Body.WriteAsync(change?.Invoke(nodes) ?? nodes, context.RequestAborted);
    }

    private async Task RegisterAsync(HttpContext context)
    {
        OpenToAll(context);
        if (Find(context) is { } task && await ReadEntryAsync(context) is { } entry)
        {
            using (entry)
            {
                if (registry.TryRegister(task, entry.RootElement))
                {
                    return;
                }
            }
        }

        context.Response.StatusCode = StatusCodes.Status409Conflict;
        await context.Response.WriteAsJsonAsync(
            new { message = "Registration is duplicate, outdated, or invalid" }, PondJson.Options, context.RequestAborted);
    }

    private static async Task<JsonDocument?> ReadEntryAsync(HttpContext context)
    {
        var body = new byte[NodeRegistry.MaxEntryBytes + 1];
        var count = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (count > NodeRegistry.MaxEntryBytes)
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(body.AsMemory(0, count));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
