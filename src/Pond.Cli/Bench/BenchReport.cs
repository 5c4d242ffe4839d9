using System.Globalization;

namespace Pond.Cli.Bench;

/// <summary>What a bench of rules or speed found.</summary>
/// <param name="Schema">The version of this report's form.</param>
/// <param name="Rows">One measure each.</param>
/// <param name="PeakMemoryMb">The most memory that the process had.</param>
internal sealed record BenchReport(int Schema, IReadOnlyList<BenchRow> Rows, long PeakMemoryMb);

/// <summary>A measure.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Pond">What Pond reaches.</param>
/// <param name="Compared">What it is compared with: the machine without Pond, or the old rule. <c>-</c> for nothing.</param>
/// <param name="Wanted">What is wanted. <c>-</c> for nothing: the row is only told.</param>
/// <param name="IsReached">Whether it is.</param>
internal sealed record BenchRow(string Name, string Pond, string Compared, string Wanted, bool IsReached)
{
    /// <summary>Compares two rates, of which more is better.</summary>
    /// <param name="name">What was done.</param>
    /// <param name="pond">What Pond reached, per second.</param>
    /// <param name="comparedName">What it is compared with.</param>
    /// <param name="compared">The same per second without Pond.</param>
    /// <param name="least">The share that is wanted.</param>
    internal static BenchRow Rate(string name, double pond, string comparedName, double compared, double least) => new(
        name,
        string.Create(CultureInfo.InvariantCulture, $"{pond:#,0}/s, {pond / compared:P0}"),
        string.Create(CultureInfo.InvariantCulture, $"{compared:#,0}/s {comparedName}"),
        string.Create(CultureInfo.InvariantCulture, $">= {least:P0}"),
        pond / compared >= least);
}
