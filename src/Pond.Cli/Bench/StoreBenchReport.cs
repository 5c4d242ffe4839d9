namespace Pond.Cli.Bench;

/// <summary>What a run of <c>pond bench store</c> measured.</summary>
/// <param name="Schema">The version of this report's form.</param>
/// <param name="Rows">One comparison each.</param>
internal sealed record StoreBenchReport(int Schema, IReadOnlyList<StoreBenchRow> Rows);

/// <summary>A comparison.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Pond">What Pond reached.</param>
/// <param name="Bare">What the machine reaches without it.</param>
/// <param name="Reached">Both in one figure.</param>
/// <param name="Wanted">What is wanted of that.</param>
/// <param name="IsReached">Whether it is.</param>
internal sealed record StoreBenchRow(string Name, string Pond, string Bare, string Reached, string Wanted, bool IsReached);
