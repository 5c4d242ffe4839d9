using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;

namespace Pond.Cli.Bench;

/// <summary><c>pond bench store</c></summary>
internal static class StoreBenchCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var json = StoreCommand.JsonOption();
        var size = new Option<int>("--file-mb") { Description = "The size of the file in MB.", DefaultValueFactory = _ => 1000 };
        var blocks = new Option<int>("--blocks") { Description = "How many small blocks.", DefaultValueFactory = _ => 1_000_000 };
        var runs = new Option<int>("--runs") { Description = "How often adding and reading are measured; the median counts.", DefaultValueFactory = _ => 3 };
        var folder = new Option<string?>("--folder") { Description = "A folder on the disk to measure. Default: the system's for temporary files." };
        var peers = new Option<bool>("--peers") { Description = "Compare adding with ipfs-car and js-ipfs, which are installed from npm meanwhile." };
        var command = new Command("store", "Measure adding, serving, small blocks and garbage collection.") { json, size, blocks, runs, folder, peers };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(size) is < 1 or > 100_000 || parsed.GetValue(blocks) is < 1 or > 10_000_000 || parsed.GetValue(runs) is < 1 or > 100)
            {
                throw new PondException(
                    "option-out-of-range",
                    "The sizes are not possible.",
                    "Choose --file-mb from 1 to 100000, --blocks from 1 to 10000000 and --runs from 1 to 100.");
            }

            var parent = parsed.GetValue(folder) is { } given ? Path.GetFullPath(given) : Path.GetTempPath();
            var work = Path.Combine(parent, $"pond-bench-{Environment.ProcessId}");
            Directory.CreateDirectory(work);
            try
            {
                var isJson = parsed.GetValue(json);
                var bench = new StoreBench(
                    work, timeProvider, line => StoreOutput.Notice(terminals, line), row => ShowRow(terminals, row, isJson));
                var report = await bench.RunAsync(
                    parsed.GetValue(size) * 1_000_000L, parsed.GetValue(blocks), parsed.GetValue(runs), parsed.GetValue(peers), cancellationToken);
                if (isJson)
                {
                    StoreOutput.Json(terminals, report);
                }

                return ExitCode.Ok;
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        });
        return command;
    }

    // As soon as it is known: the whole takes many minutes, and whoever stops it has what was measured.
    private static void ShowRow(Terminals terminals, StoreBenchRow row, bool isJson)
    {
        if (!isJson)
        {
            StoreOutput.Line(terminals, $"{row.Name,-34} {row.Pond,12}   {row.Bare,12}   {row.Reached,-14} {row.Wanted,-18} {(row.IsReached ? "reached" : "NOT reached")}");
        }
    }
}
