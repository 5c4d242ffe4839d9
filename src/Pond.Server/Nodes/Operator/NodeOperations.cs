using System.Globalization;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Operator;
using Pond.Contracts.Rpc;
using Pond.Contracts.Tasks;
using Pond.Primitives;

namespace Pond.Server.Nodes.Operator;

/// <summary>What an operator asks his node, and what he has it do: docs/operations/node.md has the table.</summary>
internal sealed class NodeOperations(ContainerNode node)
{
    private const int DefaultLines = 100;

    /// <summary>Maps it, each in the group of the least role that may call it.</summary>
    internal void MapTo(OperatorRoutes routes)
    {
        Map(routes.View, "GET", "/", _ => Task.FromResult<object>(node.Describe()));
        Map(routes.View, "GET", "/tasks/{task}/lines", context => Task.FromResult<object>(new { schema = 1, lines = node.Lines.Read(TaskOf(context), CountOf(context)) }));
        Map(routes.View, "GET", "/tasks/{task}/rounds/{round}", context => Task.FromResult<object>(Explain(context)));
        Map(routes.View, "GET", "/doctor", async context => await NodeDoctor.LookAsync(node, context.RequestAborted));
        Map(routes.View, "GET", "/money", async context => await node.Money.ReadAsync(node.KnownTasks, context.Request.Query.ContainsKey("all"), context.RequestAborted));
        Map(routes.View, "GET", "/money/sagas/{id}", async context => context.Request.Query.ContainsKey("wait")
            ? await node.Money.WaitAsync(IdOf(context), context.RequestAborted)
            : Money.NodeMoney.Describe(node.Money.Keeper.Get(IdOf(context))));
        Map(routes.Operate, "PUT", "/tasks/{task}", StartAsync);
        Map(routes.Operate, "DELETE", "/tasks/{task}", StopAsync);
        Map(routes.Wallet, "PUT", "/tasks/{task}/money", StartAsync);
        Map(routes.Wallet, "POST", "/money/sagas", async context => await AskAsync(await ReadAsync<SagaRequest>(context), context.RequestAborted));
        Map(routes.Wallet, "DELETE", "/money/sagas/{id}", context => Task.FromResult<object>(Money.NodeMoney.Describe(node.Money.Keeper.Cancel(IdOf(context)))));
    }

    /// <summary>How a task is that the node takes part in.</summary>
    internal static NodeTaskAnswer Describe(NodeTask task)
    {
        var status = task.Status;
        return new()
        {
            Task = task.Id,
            Name = task.Shown.Task.Name,
            State = status.Task.ToString().ToLowerInvariant(),
            Problem = status.LedgerError ?? (status.Pause is Node.RoundReason.None ? null : Node.RoundReasons.ToSentence(status.Pause)),
            StakingKey = status.StakingKey,
            Round = status.Round,
            Stake = status.Stake,
            Claimable = status.AvailableBalance,
            Earned = status.Earned,
            Lost = status.Lost,
            Restarts = status.Restarts,
            MovedTo = status.MigratedTo,
        };
    }

    private static void Map(IEndpointRouteBuilder routes, string method, string pattern, Func<HttpContext, Task<object>> answer) =>
        routes.MapMethods(pattern, [method], (RequestDelegate)(async context =>
        {
            try
            {
                await context.Response.WriteAsJsonAsync(await answer(context), PondJson.Options, context.RequestAborted);
            }
            catch (PondException refused)
            {
                await FailAsync(context, refused);
            }
            catch (RpcException refused)
            {
                await FailAsync(context, new("ledger-refused", $"The ledger refused a question: {refused.Message}", "Check the ledger that the node is told to use.", innerException: refused));
            }
        }));

    private static Task FailAsync(HttpContext context, PondException refused)
    {
        context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return context.Response.WriteAsJsonAsync(new NamespaceError(refused.Message, refused.Code, refused.Fix), PondJson.Options, context.RequestAborted);
    }

    private static Pubkey TaskOf(HttpContext context) => Pubkey.TryParse((string?)context.Request.RouteValues["task"], out var task)
        ? task
        : throw new PondException("request-invalid", "The path names no task.", "Give the task's id.");

    private static string IdOf(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static int CountOf(HttpContext context) =>
        int.TryParse(context.Request.Query["count"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : DefaultLines;

    private static async Task<T> ReadAsync<T>(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, PondJson.Options, context.RequestAborted)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException cause)
        {
            throw new PondException("request-invalid", $"The body can't be read: {cause.Message}", "Send JSON as docs/operations/node.md shows it.", innerException: cause);
        }
    }

    private static async Task<object> FirstAsync(Task<SagaAnswer> asked) => await asked;

    private Task<object> AskAsync(SagaRequest request, CancellationToken cancellationToken)
    {
        // A node that goes on submitting would keep its stake locked for ever.
        if (request is { Kind: "unstake", Task: { } task } && node.Describe().Tasks.Any(each => each.Task == task && each.State is not "stopped"))
        {
            throw new PondException("task-running", $"The node still runs the task {task}, and what submits keeps its stake locked.", $"Stop it first: pond node stop {task}");
        }

        return FirstAsync(node.Money.AskAsync(request, cancellationToken));
    }

    private async Task<object> StartAsync(HttpContext context)
    {
        var start = await ReadAsync<TaskStart>(context);
        if (start is not { Stake: null, RestakeFrom: null, MaxSpending: null, HasConsent: null } && !context.Request.Path.Value!.EndsWith("/money", StringComparison.Ordinal))
        {
            throw new PondException("role-too-low", "What moves money or hands out keys is set by another role.", "Send it to /tasks/ID/money with the token of wallet.");
        }

        await node.StartAsync(TaskOf(context), start);
        return node.Describe();
    }

    private async Task<object> StopAsync(HttpContext context)
    {
        await node.StopAsync(TaskOf(context));
        return node.Describe();
    }

    private RoundExplanation Explain(HttpContext context) =>
        ulong.TryParse((string?)context.Request.RouteValues["round"], NumberStyles.None, CultureInfo.InvariantCulture, out var round)
        && node.Host.Tasks.FirstOrDefault(task => task.Id == TaskOf(context)) is { } task
            ? RoundExplanation.Of(new Round(round), task.ReadJournal(new Round(round)))
            : throw new PondException("task-not-running", "The node does not run that task, or the path names no round.", "Look which it runs with 'pond node status'.");
}
