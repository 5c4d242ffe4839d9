using System.Diagnostics;
using Pond.Cli.Store;
using Pond.Cli.Terminal;

namespace Pond.Cli.Bench;

/// <summary>How a bench shows what it found.</summary>
internal static class BenchView
{
    /// <summary>Shows the rows, as a table or as JSON.</summary>
    /// <returns>The exit code: a measure that is not reached is no failure of the command.</returns>
    internal static int Show(Terminals terminals, IReadOnlyList<BenchRow> rows, string comparedWith, bool isJson)
    {
        var report = new BenchReport(Schema: 1, rows, Process.GetCurrentProcess().PeakWorkingSet64 / 1_000_000);
        if (isJson)
        {
            StoreOutput.Json(terminals, report);
            return ExitCode.Ok;
        }

        var name = rows.Max(row => row.Name.Length);
        var pond = rows.Max(row => row.Pond.Length);
        var compared = Math.Max(comparedWith.Length, rows.Max(row => row.Compared.Length));
        StoreOutput.Line(terminals, $"{string.Empty.PadRight(name)}   {"Pond".PadLeft(pond)}   {comparedWith.PadLeft(compared)}   wanted");
        foreach (var row in rows)
        {
            var mark = row.Wanted is "-" ? string.Empty : row.IsReached ? "reached" : "NOT reached";
            StoreOutput.Line(
                terminals, $"{row.Name.PadRight(name)}   {row.Pond.PadLeft(pond)}   {row.Compared.PadLeft(compared)}   {row.Wanted,-12} {mark}".TrimEnd());
        }

        StoreOutput.Line(terminals, $"peak memory of this process: {report.PeakMemoryMb} MB");
        return ExitCode.Ok;
    }
}
