namespace Pond.Cli.Bench.Consensus;

/// <summary>A chance as weighted trials show it.</summary>
/// <param name="Chance">The mean.</param>
/// <param name="Deviation">The standard deviation of the mean.</param>
internal readonly record struct Estimate(double Chance, double Deviation)
{
    // So many deviations on both sides hold 999 of 1000 such means.
    internal const double Deviations = 3.29;

    /// <summary>Between this and <see cref="Most"/> lies the true chance, for 999 of 1000 such estimates.</summary>
    internal double Least => Math.Max(0, Chance - (Deviations * Deviation));

    internal double Most => Chance + (Deviations * Deviation);

    internal bool Holds(double chance) => Least <= chance && chance <= Most;

    /// <summary>The chance from groups of trials that have nothing to do with each other; within a group they may.</summary>
    /// <param name="groups">What the events of each group weigh together, and how many trials it had. At least some dozens.</param>
    internal static Estimate Of(IReadOnlyCollection<(double Weight, long Trials)> groups)
    {
        var trials = (double)groups.Sum(group => group.Trials);
        var chance = groups.Sum(group => group.Weight) / trials;
        var squares = groups.Sum(group => Math.Pow(group.Weight - (chance * group.Trials), 2));
        return new(chance, Math.Sqrt(squares * groups.Count / (groups.Count - 1)) / trials);
    }
}
