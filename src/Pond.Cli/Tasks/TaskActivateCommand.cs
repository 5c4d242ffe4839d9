using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Server.Deployment;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task activate</c> and <c>pond task deactivate</c></summary>
internal static class TaskActivateCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider, bool isActive)
    {
        var name = TaskStatusCommand.TaskArgument();
        var network = new NetworkOptions(timeProvider);
        var json = LedgerCommand.JsonOption();
        var command = isActive
            ? new Command("activate", "Let nodes stake on a task and submit.")
            : new Command("deactivate", "Let nobody stake on a task or submit any more. What was earned stays.");
        command.Add(name);
        command.Add(json);
        network.AddTo(command, pays: true, stores: false);
        command.SetAction((parsed, cancellationToken) => network.RunAsync(parsed, async session =>
        {
            var task = await TaskLookup.FindAsync(session.Client, parsed.GetValue(name), Environment.CurrentDirectory, cancellationToken);
            var changed = await new TaskTransactions(session.Client, session.Sender)
                .SetActiveAsync(session.Target.ReadPayer(), task, isActive, cancellationToken);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, task = changed });
            }
            else
            {
                StoreOutput.Line(terminals, $"{changed.Task} is {(changed.IsActive ? "active" : "inactive")}.");
            }

            return ExitCode.Ok;
        }));
        return command;
    }
}
