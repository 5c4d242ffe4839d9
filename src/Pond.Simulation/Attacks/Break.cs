using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Simulation.Attacks;

/// <summary>How a task was broken in a simulation.</summary>
/// <param name="Kind">What happened: <c>lie-paid</c>, <c>honest-slashed</c>, <c>round-unpaid</c>, <c>check-failed</c> or <c>extra-earned</c>.</param>
/// <param name="Round">In which round; null for what is of no round.</param>
/// <param name="Message">What happened, as a sentence.</param>
public sealed record Break(string Kind, Round? Round, string Message)
{
    // What honest auditors get of slashes differs from round to round by who was drawn.
    private const int MarginPercent = 25;

    /// <summary>The first way in which a simulation broke its task; null if it did not.</summary>
    public static Break? Find(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        foreach (var round in result.Rounds)
        {
            if (round.LiesAccepted > 0)
            {
                return new("lie-paid", round.Number, $"Round {round.Number} paid {round.LiesAccepted} results that honest work does not give.");
            }

            if (round.HonestSlashed > 0)
            {
                return new("honest-slashed", round.Number, $"Round {round.Number} took stake of {round.HonestSlashed} honest nodes.");
            }

            if (round.Accepted > 0 && round.Payout is not PayoutRecord.PayoutSuccessful)
            {
                return new("round-unpaid", round.Number, $"Round {round.Number} accepted {round.Accepted} submissions and paid nobody.");
            }
        }

        return result.Violations is [var violation, ..]
            ? new("check-failed", null, violation.ToString())
            : FindExtra(result);
    }

    private static Break? FindExtra(SimulationResult result)
    {
        var nets = result.Rounds.SelectMany(round => round.Groups).GroupBy(pair => pair.Key, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(
                group => group.Key,
                group => group.Sum(pair => (decimal)pair.Value.Earned.Value - pair.Value.Lost.Value) / Math.Max(1, group.Max(pair => pair.Value.Nodes)),
                StringComparer.Ordinal);
        if (!nets.TryGetValue(Nodes.NodePlan.HonestGroup, out var honest))
        {
            return null;
        }

        foreach (var (group, net) in nets)
        {
            if (group is not Nodes.NodePlan.HonestGroup && net > honest * (100 + MarginPercent) / 100)
            {
                return new("extra-earned", null, $"Each node of the group {group} earned {net / Lamports.PerKoii:F3} KOII, and each honest one {honest / Lamports.PerKoii:F3}.");
            }
        }

        return null;
    }
}
