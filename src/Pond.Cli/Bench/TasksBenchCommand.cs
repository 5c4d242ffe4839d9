using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;

namespace Pond.Cli.Bench;

/// <summary><c>pond bench tasks</c></summary>
internal static class TasksBenchCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var json = StoreCommand.JsonOption();
        var nodes = new Option<int>("--nodes") { Description = "How many nodes have staked in the task.", DefaultValueFactory = _ => 50_000 };
        var entries = new Option<int>("--entries") { Description = "How many entries the paid list has.", DefaultValueFactory = _ => 20_000 };
        var accounts = new Option<int>("--accounts") { Description = "Among how many accounts tasks are looked for.", DefaultValueFactory = _ => 100_000 };
        var command = new Command("tasks", "Measure submissions, verdicts, reads, a payout and discovery in a large task.") { json, nodes, entries, accounts };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(nodes) is < 50 or > 200_000 || parsed.GetValue(entries) is < 50 or > 25_000 || parsed.GetValue(accounts) is < 0 or > 1_000_000)
            {
                throw new PondException(
                    "option-out-of-range",
                    "The sizes are not possible.",
                    "Choose --nodes from 50 to 200000, --entries from 50 to 25000 and --accounts from 0 to 1000000.");
            }

            var bench = new TasksBench(timeProvider, line => StoreOutput.Notice(terminals, line));
            var rows = await bench.RunAsync(parsed.GetValue(nodes), parsed.GetValue(entries), parsed.GetValue(accounts), cancellationToken);
            return BenchView.Show(terminals, rows, "compared", parsed.GetValue(json));
        });
        return command;
    }
}
