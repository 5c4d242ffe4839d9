namespace Pond.Simulation.Reports;

/// <summary>How many of the lies were not paid, beside what the rules are computed to give.</summary>
/// <param name="Lies">How many lies there were.</param>
/// <param name="Found">How many were not paid.</param>
/// <param name="Low">The lower end of the 95 % interval for the rate.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Computed">The chance that at least one honest auditor is drawn, by docs/protocol/consensus.md.</param>
public sealed record DetectionRate(int Lies, int Found, double Low, double High, double Computed)
{
    private const double Z = 1.959963984540054;

    /// <summary>Computes it. With no lies the interval is everything.</summary>
    /// <param name="lies">How many lies there were.</param>
    /// <param name="found">How many were not paid.</param>
    /// <param name="nodes">How many nodes submit.</param>
    /// <param name="dishonest">How many of them would let a lie pass.</param>
    public static DetectionRate Of(int lies, int found, int nodes, int dishonest)
    {
        // Wilson's interval: right also where all or none were found.
        var (low, high) = (0d, 1d);
        if (lies > 0)
        {
            var rate = (double)found / lies;
            var centre = (rate + (Z * Z / (2 * lies))) / (1 + (Z * Z / lies));
            var half = Z / (1 + (Z * Z / lies)) * Math.Sqrt((rate * (1 - rate) / lies) + (Z * Z / (4d * lies * lies)));
            (low, high) = (Math.Max(0, centre - half), Math.Min(1, centre + half));
        }

        return new(lies, found, low, high, 1 - MissOf(nodes, dishonest));
    }

    // All of the K auditors are drawn from the dishonest ones but the liar himself.
    private static double MissOf(int nodes, int dishonest)
    {
        var auditors = Math.Min(16, nodes - 1);
        var miss = 1d;
        for (var drawn = 0; drawn < auditors; drawn++)
        {
            miss *= Math.Max(0, dishonest - 1 - drawn) / (double)Math.Max(1, nodes - 1 - drawn);
        }

        return auditors < 1 ? 1 : miss;
    }
}
