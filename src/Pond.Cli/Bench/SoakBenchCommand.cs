using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;

namespace Pond.Cli.Bench;

/// <summary><c>pond bench soak</c></summary>
internal static class SoakBenchCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var json = StoreCommand.JsonOption();
        var minutes = new Option<double>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 30 };
        var command = new Command("soak", "Feed a ledger with transfers for long, and see that memory and slots stay as they were. Fails if they don't.") { json, minutes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(minutes) is not (>= 0.5 and <= 10_000))
            {
                throw new PondException("option-out-of-range", "The time is not possible.", "Choose --minutes from 0.5 to 10000.");
            }

            var bench = new SoakBench(TimeSpan.FromMinutes(parsed.GetValue(minutes)), timeProvider, line => StoreOutput.Notice(terminals, line));
            var rows = await bench.RunAsync(cancellationToken);
            _ = BenchView.Show(terminals, rows, "beside it", parsed.GetValue(json));
            return rows.All(row => row.IsReached) ? ExitCode.Ok : ExitCode.CheckFailed;
        });
        return command;
    }
}
