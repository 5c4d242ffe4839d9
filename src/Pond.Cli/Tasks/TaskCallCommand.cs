using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Nodes;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Deployment;
using Pond.Server.Nodes;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task call</c></summary>
internal static class TaskCallCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var phase = new Argument<string>("phase") { Description = $"What to call: {string.Join(", ", HandPhase.Names)}." };
        var name = TaskStatusCommand.TaskArgument();
        var network = new NetworkOptions(timeProvider);
        var round = LocalNodes.RoundOption();
        var node = LocalNodes.NodeOption();
        var json = LedgerCommand.JsonOption();
        var command = new Command("call", "Call a phase of a task by hand, on a local network that was started with --timers false.") { phase, name, round, node, json };
        network.AddTo(command, pays: false, stores: false);
        command.SetAction((parsed, cancellationToken) => network.RunAsync(parsed, async session =>
        {
            _ = HandPhase.Parse(parsed.GetValue(phase)!);
            var task = await TaskLookup.FindAsync(session.Client, parsed.GetValue(name), Environment.CurrentDirectory, cancellationToken);
            var place = LocalNodes.Find(session.Target, parsed.GetValue(node)!);
            var call = await HandCall.SendAsync(
                place.Folder, task.Task, parsed.GetValue(phase)!, new Round(parsed.GetValue(round)), cancellationToken);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, node = place.Name, task = task.Task, call });
            }
            else
            {
                Show(terminals, parsed.GetValue(phase)!, place.Name, call);
            }

            return call.IsDone && call.Actions.All(action => action.Error is null) ? ExitCode.Ok : ExitCode.Rejected;
        }));
        return command;
    }

    private static void Show(Terminals terminals, string phase, string node, HandCall call)
    {
        StoreOutput.Line(terminals, call.IsDone ? $"{phase} was called on {node}" : $"{phase} failed on {node}: {StoreOutput.Harmless(call.Error ?? "")}");
        foreach (var action in call.Actions)
        {
            StoreOutput.Line(terminals, $"  {action.Name}: {(action.Error is { } error ? StoreOutput.Harmless(error) : $"{action.Signature}")}");
        }
    }
}
