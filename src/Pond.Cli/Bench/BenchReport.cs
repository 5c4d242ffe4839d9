using System.Diagnostics;
using System.Globalization;

namespace Pond.Cli.Bench;

/// <summary>What a run of <c>pond bench</c> measured.</summary>
/// <param name="Schema">The version of this report's form.</param>
/// <param name="Rows">One comparison each.</param>
/// <param name="PeakMemoryMb">The most memory that the process had, its baselines included.</param>
internal sealed record BenchReport(int Schema, IReadOnlyList<BenchRow> Rows, long PeakMemoryMb)
{
    /// <summary>Closes a run: takes the process's peak memory.</summary>
    internal static BenchReport Of(IReadOnlyList<BenchRow> rows) =>
        new(Schema: 1, rows, Process.GetCurrentProcess().PeakWorkingSet64 / 1_000_000);
}

/// <summary>A comparison.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Pond">What Pond reached.</param>
/// <param name="Bare">What the machine reaches without it.</param>
/// <param name="Reached">Both in one figure.</param>
/// <param name="Wanted">What is wanted of that.</param>
/// <param name="IsReached">Whether it is.</param>
internal sealed record BenchRow(string Name, string Pond, string Bare, string Reached, string Wanted, bool IsReached)
{
    /// <summary>Compares two rates: more is better.</summary>
    /// <param name="name">What was done.</param>
    /// <param name="pond">What Pond reached, per second.</param>
    /// <param name="bareName">What it is compared with.</param>
    /// <param name="bare">The same per second without Pond.</param>
    /// <param name="least">The share that is wanted.</param>
    internal static BenchRow Rate(string name, double pond, string bareName, double bare, double least) => new(
        name,
        string.Create(CultureInfo.InvariantCulture, $"{pond:#,0}/s"),
        string.Create(CultureInfo.InvariantCulture, $"{bare:#,0}/s {bareName}"),
        string.Create(CultureInfo.InvariantCulture, $"{pond / bare:P0}"),
        string.Create(CultureInfo.InvariantCulture, $">= {least:P0}"),
        pond / bare >= least);
}
