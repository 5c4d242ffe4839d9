using System.CommandLine;
using System.Globalization;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Tasks;
using Pond.Cli.Terminal;
using Pond.Node;
using Pond.Primitives;
using Pond.Server.Deployment;
using Pond.Server.Nodes;

namespace Pond.Cli.Nodes;

/// <summary><c>pond node explain</c></summary>
internal static class NodeExplainCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var name = TaskStatusCommand.TaskArgument();
        var network = new NetworkOptions(timeProvider);
        var round = LocalNodes.RoundOption();
        var node = LocalNodes.NodeOption();
        var json = LedgerCommand.JsonOption();
        var command = new Command("explain", "Say what a node did in a round of a task, what it got for it, and if nothing, why.") { name, round, node, json };
        network.AddTo(command, pays: false, stores: false);
        command.SetAction((parsed, cancellationToken) => network.RunAsync(parsed, async session =>
        {
            var task = await TaskLookup.FindAsync(session.Client, parsed.GetValue(name), Environment.CurrentDirectory, cancellationToken);
            var place = LocalNodes.Find(session.Target, parsed.GetValue(node)!);
            var explanation = RoundExplanation.Read(place.Folder, task.Task, new Round(parsed.GetValue(round)));
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, node = place.Name, task = task.Task, explanation });
            }
            else
            {
                Show(terminals, place.Name, explanation);
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static void Show(Terminals terminals, string node, RoundExplanation explanation)
    {
        var reason = explanation.Reason.Length == 0 ? "" : $"{explanation.Reason}: ";
        StoreOutput.Line(terminals, $"round {explanation.Round} on {node}: {reason}{explanation.Sentence}");
        StoreOutput.Line(terminals, $"received {explanation.Earned}, lost {explanation.Lost}");
        foreach (var entry in explanation.Entries)
        {
            StoreOutput.Line(terminals, Describe(entry));
        }
    }

    private static string Describe(JournalEntry entry)
    {
        var parts = new[] { entry.About?.ToString(), entry.Detail, entry.Signature?.ToString() }.OfType<string>();
        return string.Create(CultureInfo.InvariantCulture, $"  slot {entry.Slot}  {entry.Event}  {StoreOutput.Harmless(string.Join("  ", parts))}").TrimEnd();
    }
}
