using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;

namespace Pond.Cli.Bench;

/// <summary><c>pond bench sim</c></summary>
internal static class SimBenchCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var json = StoreCommand.JsonOption();
        var quick = new Option<bool>("--quick") { Description = "A tenth of the rounds, and a tenth of the largest network: the figures are told and not judged." };
        var command = new Command("sim", "Measure how fast whole networks are simulated.") { json, quick };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var bench = new SimBench(timeProvider, parsed.GetValue(quick), line => StoreOutput.Notice(terminals, line));
            return BenchView.Show(terminals, await bench.RunAsync(cancellationToken), "-", parsed.GetValue(json));
        });
        return command;
    }
}
