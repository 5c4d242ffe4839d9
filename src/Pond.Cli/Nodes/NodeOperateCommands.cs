using System.CommandLine;
using System.Globalization;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Contracts.Operator;
using Pond.Primitives;
using Pond.Server.Nodes;
using Pond.Server.Nodes.Operator;
using Spectre.Console;

namespace Pond.Cli.Nodes;

/// <summary><c>pond node status</c>, <c>start</c>, <c>stop</c> and <c>logs</c></summary>
internal static class NodeOperateCommands
{
    private const string ConsentMissing = "consent-missing";
    private const int MaxLooks = 30;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    internal static IEnumerable<Command> Create(Terminals terminals, TimeProvider timeProvider) => [Status(terminals), Start(terminals, timeProvider), Stop(terminals), Logs(terminals)];

    private static Command Status(Terminals terminals)
    {
        var options = new OperatorOptions(terminals);
        var command = new Command("status", "Show a node that runs: its tasks, their rounds, stakes and earnings.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async client =>
        {
            var node = await client.GetNodeAsync(cancellationToken);
            options.Show(parsed, node, Describe(node));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Start(Terminals terminals, TimeProvider timeProvider)
    {
        var task = OperatorOptions.TaskArgument();
        var stake = OperatorOptions.AmountOption("--stake", "The stake to have at least. Default: what the environment file says, or the task's minimum.");
        var restake = OperatorOptions.AmountOption("--restake-from", "Stake earnings again as soon as there is so much; 0 for never, which is the default.");
        var limit = OperatorOptions.AmountOption("--max-spending", "How much of your money the task's own calls may move in all. Default: nothing.");
        var give = new Option<bool>("--give-staking-key") { Description = "Agree that a JavaScript task gets the secret of its own staking key, and of no other." };
        var options = new OperatorOptions(terminals);
        var command = new Command("start", "Have a node run a task, now and after each start of the node.") { task, stake, restake, limit, give };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async client =>
        {
            var id = await OperatorOptions.FindTaskAsync(client, parsed.GetValue(task)!, cancellationToken);
            await client.StartAsync(
                id,
                new TaskStart(parsed.GetValue(stake), parsed.GetValue(restake), parsed.GetValue(limit), parsed.GetValue(give) ? true : null),
                cancellationToken);
            var begun = await WaitAsync(client, id, timeProvider, cancellationToken);
            if (begun.Problem?.StartsWith(ConsentMissing, StringComparison.Ordinal) is true && terminals.Error.Profile.Capabilities.Interactive && !Console.IsInputRedirected)
            {
                var question = NodeConsent.QuestionOf(id, begun.StakingKey ?? default);
                if (!terminals.Error.Prompt(new ConfirmationPrompt(Markup.Escape(question)) { DefaultValue = false }))
                {
                    await client.StopAsync(id, cancellationToken);
                    return ExitCode.Interrupted;
                }

                await client.StartAsync(id, new TaskStart(HasConsent: true), cancellationToken);
                begun = await WaitAsync(client, id, timeProvider, cancellationToken);
            }

            options.Show(parsed, new { schema = 1, task = begun }, [$"{id} is {begun.State}{(begun.Problem is { } problem ? $": {StoreOutput.Harmless(problem)}" : ". See it with: pond node status")}"]);
            return begun.Problem?.StartsWith(ConsentMissing, StringComparison.Ordinal) is true ? ExitCode.Usage : ExitCode.Ok;
        }));
        return command;
    }

    /// <summary>Waits some seconds until the task runs, or it is known why not.</summary>
    private static async Task<NodeTaskAnswer> WaitAsync(OperatorClient client, Pubkey task, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        NodeTaskAnswer? answer = null;
        for (var look = 0; look < MaxLooks && answer is not ({ State: "running" } or { Problem: not null }); look++)
        {
            await Task.Delay(LookInterval, timeProvider, cancellationToken);
            answer = (await client.GetNodeAsync(cancellationToken)).Tasks.FirstOrDefault(each => each.Task == task);
        }

        return answer ?? new() { Task = task, State = "waiting" };
    }

    private static Command Stop(Terminals terminals)
    {
        var task = OperatorOptions.TaskArgument();
        var options = new OperatorOptions(terminals);
        var command = new Command("stop", "Stop a task, now and after each start of the node. Its stake and its files stay.") { task };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async client =>
        {
            var id = await OperatorOptions.FindTaskAsync(client, parsed.GetValue(task)!, cancellationToken);
            options.Show(parsed, await client.StopAsync(id, cancellationToken), [$"{id} is stopped. Its stake stays: take it back with 'pond node unstake {id}'."]);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Logs(Terminals terminals)
    {
        var task = OperatorOptions.TaskArgument();
        var count = new Option<int>("--lines") { Description = "How many lines at most.", DefaultValueFactory = _ => 100 };
        var options = new OperatorOptions(terminals);
        var command = new Command("logs", "Show what a task wrote last.") { task, count };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async client =>
        {
            var id = await OperatorOptions.FindTaskAsync(client, parsed.GetValue(task)!, cancellationToken);
            var lines = await client.GetLinesAsync(id, parsed.GetValue(count), cancellationToken);
            options.Show(parsed, new { schema = 1, task = id, lines }, lines.Select(StoreOutput.Harmless));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static IEnumerable<string> Describe(NodeAnswer node)
    {
        yield return $"node    {node.Address}";
        yield return $"ledger  {node.Ledger}";
        yield return $"key     {node.MainKey}";
        foreach (var task in node.Tasks)
        {
            var name = task.Name is null ? "" : $" {StoreOutput.Harmless(task.Name)}";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{task.Task}{name}: {task.State}, round {task.Round?.ToString() ?? "-"}, stake {task.Stake}, claimable {task.Claimable}, earned {task.Earned}, lost {task.Lost}, restarts {task.Restarts}");
            if (task.MovedTo is { } next)
            {
                yield return $"  has moved to {next}";
            }

            if (task.Problem is { } problem)
            {
                yield return $"  {StoreOutput.Harmless(problem)}";
            }
        }
    }
}
