using System.Globalization;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Simulation.Reports;

/// <summary>What a task's settings might be, from what was measured.</summary>
public static class Proposals
{
    // A node on a slow machine, with other tasks beside, is this much slower than this one.
    private const int Slack = 10;

    // Sixteen audits in a round, and lists of whoever leads.
    private const double SlotSeconds = 0.4;

    // A lie gains a node's part of a round and must cost ten times that: reference F4 of the rules' guarantees.
    private const ulong StakeMargin = 10;

    /// <summary>The proposals, a sentence each.</summary>
    public static IEnumerable<string> Of(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var work = Longest(result, TaskPhase.Execute);
        var audit = Longest(result, TaskPhase.Audit);
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"round_time: at least {Slots(work, 30)} slots. The longest work took {work.TotalMilliseconds:F0} ms here; a slow machine with other tasks gets {Slack} times that, and a round leaves as much again.");
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"submission_window: at least {Slots(Longest(result, TaskPhase.Submit), 8)} slots. audit_window: at least {Slots(audit, 8)} slots; the longest audit phase took {audit.TotalMilliseconds:F0} ms.");
        var part = result.Rounds.Where(round => round is { IsSettled: true, Accepted: > 0 }).Select(round => round.Paid.Value / (ulong)round.Accepted).DefaultIfEmpty().Max();
        yield return $"minimum_stake_amount: at least {new Lamports(part * StakeMargin)}, {StakeMargin} times what a node gets for a round, so that a lie costs more than it brings.";
    }

    private static TimeSpan Longest(SimulationResult result, TaskPhase phase) =>
        result.PhaseTimes.FirstOrDefault(time => time.Phase == phase)?.Longest ?? TimeSpan.Zero;

    private static int Slots(TimeSpan measured, int least) => Math.Max(least, (int)Math.Ceiling(measured.TotalSeconds * Slack * 2 / SlotSeconds));
}
