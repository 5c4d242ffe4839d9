using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;

namespace Pond.Cli.Bench;

/// <summary><c>pond bench node</c></summary>
internal static class NodeBenchCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var json = StoreCommand.JsonOption();
        var command = new Command("node", "Measure how soon a task can be called and a changed one runs, what a node asks of the ledger in a round, and what many tasks cost it.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var rows = await new NodeBench(timeProvider, line => StoreOutput.Notice(terminals, line)).RunAsync(cancellationToken);
            return BenchView.Show(terminals, rows, "compared", parsed.GetValue(json));
        });
        return command;
    }
}
