using System.CommandLine;
using System.Globalization;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Deployment;
using Pond.Server.LocalNetworks;
using Spectre.Console;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task status</c></summary>
internal static class TaskStatusCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var name = TaskArgument();
        var network = new NetworkOptions(timeProvider);
        var rounds = new Option<int>("--rounds") { Description = "How many of the last rounds are shown.", DefaultValueFactory = _ => 6 };
        rounds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 300)
            {
                result.AddError("--rounds is 1 to 300.");
            }
        });
        var json = LedgerCommand.JsonOption();
        var command = new Command("status", "Show a task's rounds: who submitted, what the audits said, what was paid.") { name, rounds, json };
        network.AddTo(command, pays: false, stores: false);
        command.SetAction((parsed, cancellationToken) => network.RunAsync(parsed, async session =>
        {
            var task = await TaskLookup.FindAsync(session.Client, parsed.GetValue(name), Environment.CurrentDirectory, cancellationToken);
            var report = await TaskReport.ReadAsync(session.Client, task, parsed.GetValue(rounds), cancellationToken);
            LocalNodeTask[] nodes = session.Target.Local is { } local
                ? [.. (new LocalNetworkHome(local.Home).ReadReport()?.Nodes ?? []).Where(node => node.Task == task.Task)]
                : [];
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, task = report.Task, slot = report.Slot, round = report.Round, rounds = report.Rounds, nodes });
            }
            else
            {
                Show(terminals, report, nodes);
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    internal static Argument<string?> TaskArgument() => new("task")
    {
        Description = "The task's id, the beginning of it, or its name. Default: the one that was deployed from this folder.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static void Show(Terminals terminals, TaskReport report, LocalNodeTask[] nodes)
    {
        var task = report.Task;
        foreach (var line in (string[])
        [
            $"task     {task.Task} ({StoreOutput.Harmless(task.Name)})",
            $"state    {(task.IsMigrated ? $"moved to {task.MigratedTo}" : task.IsActive ? "active" : "inactive: nobody can stake or submit; 'pond task activate' starts it")}",
            $"bounty   {task.TotalBounty} left, {task.BountyPerRound} a round",
            $"stake    {task.TotalStake} of {task.Stakes.Count} nodes, each at least {task.MinimumStake}",
            string.Create(CultureInfo.InvariantCulture, $"slot     {report.Slot}, round {report.Round} of {task.RoundTime} slots, {task.StartOf(report.Round + 1) - report.Slot} to go"),
        ])
        {
            StoreOutput.Line(terminals, line);
        }

        terminals.Out.Write(RoundsOf(report));
        if (nodes.Length > 0)
        {
            terminals.Out.Write(NodesOf(nodes));
        }
    }

    private static Table RoundsOf(TaskReport report)
    {
        var table = new Table().RoundedBorder();
        foreach (var column in (string[])["round", "state", "submissions", "valid", "invalid", "accepted", "slashed", "paid"])
        {
            table.AddColumn(column is "state" ? new TableColumn(column) : new TableColumn(column).RightAligned());
        }

        foreach (var round in report.Rounds)
        {
            var verdicts = round.Verdicts.Values.SelectMany(given => given).ToList();
            table.AddRow(
                $"{round.Round}",
                report.Describe(round),
                Number(round.Submissions.Count),
                Number(verdicts.Count(given => given.Verdict is Verdict.Valid)),
                Number(verdicts.Count(given => given.Verdict is Verdict.Invalid)),
                Number(round.Outcomes.Values.Count(outcome => outcome is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited)),
                Number(round.Outcomes.Values.Count(outcome => outcome is SubmissionOutcome.Slashed)),
                $"{round.Rewards.Values.Concat(round.AuditPay.Values).Aggregate(Lamports.Zero, (sum, amount) => sum + amount)}");
        }

        return table;
    }

    private static Table NodesOf(LocalNodeTask[] nodes)
    {
        var table = new Table().RoundedBorder().AddColumns("node", "staking key", "state");
        table.AddColumn(new TableColumn("earned").RightAligned()).AddColumn("last line, or what is wrong");
        foreach (var node in nodes)
        {
            table.AddRow(
                node.Node,
                $"{node.StakingKey}",
                node.State,
                $"{node.Earned}",
                Markup.Escape(StoreOutput.Harmless(node.Problem ?? node.LastLine ?? "")));
        }

        return table;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
