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
internal sealed record BenchRow(string Name, string Pond, string Compared, string Wanted, bool IsReached);
