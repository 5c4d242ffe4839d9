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
        var folder = new Option<string?>("--folder")
        {
            Description = "The folder of a node that 'pond node run' runs, here or elsewhere; then TASK is an id.",
            HelpName = "DIR",
        };
        var json = LedgerCommand.JsonOption();
        var command = new Command("explain", "Say what a node did in a round of a task, what it got for it, and if nothing, why.") { name, round, node, folder, json };
        network.AddTo(command, pays: false, stores: false);
        command.SetAction((parsed, cancellationToken) =>
        {
            var asked = new Round(parsed.GetValue(round));
            if (parsed.GetValue(folder) is { } place)
            {
                var task = NodeTasksCommand.ParseTask(parsed.GetValue(name));
                Show(terminals, Path.GetFullPath(place), task, RoundExplanation.Read(ContainerFolders.DataOf(place), task, asked), parsed.GetValue(json));
                return Task.FromResult(ExitCode.Ok);
            }

            return network.RunAsync(parsed, async session =>
            {
                var task = await TaskLookup.FindAsync(session.Client, parsed.GetValue(name), Environment.CurrentDirectory, cancellationToken);
                var local = LocalNodes.Find(session.Target, parsed.GetValue(node)!);
                Show(terminals, local.Name, task.Task, RoundExplanation.Read(local.Folder, task.Task, asked), parsed.GetValue(json));
                return ExitCode.Ok;
            });
        });
        return command;
    }

    private static void Show(Terminals terminals, string node, Pubkey task, RoundExplanation explanation, bool isJson)
    {
        if (isJson)
        {
            StoreOutput.Json(terminals, new { schema = 1, node, task, explanation });
        }
        else
        {
            Show(terminals, node, explanation);
        }
    }

    private static void Show(Terminals terminals, string node, RoundExplanation explanation)
    {
        var reason = explanation.Reason.Length == 0 ? "" : $"{explanation.Reason}: ";
        StoreOutput.Line(terminals, $"round {explanation.Round} on {node}: {reason}{explanation.Sentence}");
        StoreOutput.Line(terminals, $"expected {explanation.Expected}, received {explanation.Earned}, lost {explanation.Lost}, fees {explanation.Fees}");
        StoreOutput.Line(terminals, explanation.Submission is { } submission
            ? $"submitted {StoreOutput.Harmless(submission.Detail ?? "")} in slot {submission.Slot}"
            : "submitted nothing");
        StoreOutput.Line(
            terminals,
            $"audited {explanation.AuditsMade} others; was audited: {(explanation.AuditsReceived.IsEmpty ? "by nobody" : string.Join(", ", explanation.AuditsReceived.Select(pair => $"{pair.Value} {pair.Key}")))}");
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
