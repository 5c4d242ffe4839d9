using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Contracts.Rpc;
using Spectre.Console;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task list</c></summary>
internal static class TaskListCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var network = new NetworkOptions(timeProvider);
        var json = LedgerCommand.JsonOption();
        var command = new Command("list", "Show all tasks of the ledger.") { json };
        network.AddTo(command, pays: false, stores: false);
        command.SetAction((parsed, cancellationToken) => network.RunAsync(parsed, async session =>
        {
            var tasks = await session.Client.GetTasksAsync(Commitment.Confirmed, cancellationToken);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, tasks });
                return ExitCode.Ok;
            }

            var table = new Table().RoundedBorder().AddColumns("task", "name", "state");
            table.AddColumn(new TableColumn("a round").RightAligned()).AddColumn(new TableColumn("bounty left").RightAligned());
            foreach (var task in tasks)
            {
                table.AddRow(
                    $"{task.Task}",
                    Markup.Escape(StoreOutput.Harmless(task.Name)),
                    task.IsMigrated ? "moved" : task.IsActive ? "active" : "inactive",
                    $"{task.BountyPerRound}",
                    $"{task.TotalBounty}");
            }

            terminals.Out.Write(table);
            return ExitCode.Ok;
        }));
        return command;
    }
}
