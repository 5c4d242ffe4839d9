using Pond.Cli.Store;
using Pond.Cli.Terminal;

namespace Pond.Cli.Bench;

/// <summary>Prints a report, for people or as JSON.</summary>
internal static class BenchOutput
{
    internal static void Write(Terminals terminals, BenchReport report, bool asJson)
    {
        if (asJson)
        {
            StoreOutput.Json(terminals, report);
            return;
        }

        foreach (var row in report.Rows)
        {
            StoreOutput.Line(
                terminals,
                $"{row.Name,-34} {row.Pond,14}   {row.Bare,30}   {row.Reached,-14} {row.Wanted,-18} {(row.IsReached ? "reached" : "NOT reached")}");
        }

        StoreOutput.Line(terminals, $"peak memory of this process: {report.PeakMemoryMb} MB");
    }
}
