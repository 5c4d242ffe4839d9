using System.Collections.Immutable;
using System.Globalization;
using DocumentIndex;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Demo;

/// <summary>Puts what the ledger says into the rows of the live view.</summary>
internal static class DemoSnapshots
{
    private const int CidCharactersShown = 12;

    internal static DemoSnapshot Take(DemoChain chain, ImmutableArray<DemoNodeHost> nodes, ShardCoverage coverage)
    {
        var (phase, progress) = PhaseOf(chain);
        return new DemoSnapshot(
            chain.Slot,
            chain.Current,
            phase,
            progress,
            coverage.Covered.Count,
            coverage.Shards,
            [.. nodes.Select(node => RowOf(chain, node))]);
    }

    // One round at a time for the eye: three cycles overlap in each.
    private static (string Phase, double Progress) PhaseOf(DemoChain chain)
    {
        var task = chain.Task;
        var round = chain.Current;
        var into = chain.Slot < task.StartOf(round) ? 0 : chain.Slot - task.StartOf(round);
        var phase = into <= task.SubmissionWindow
            ? $"work on {round}{Before(round, 1, "submit")}{Before(round, 2, "list of")}"
            : into <= task.SubmissionWindow + task.AuditWindow
                ? $"work on {round}{Before(round, 1, "audit")}{Before(round, 2, "audit the list of")}"
                : $"work on {round}{Before(round, 1, "vote on")}{Before(round, 2, "pay")}";
        return (phase, (double)into / task.RoundTime);
    }

    private static string Before(Round round, ulong count, string what) =>
        round.Value < count ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", {what} {round.Value - count}");

    private static DemoNodeRow RowOf(DemoChain chain, DemoNodeHost node)
    {
        var key = node.Participant.StakingKey;
        var latest = chain.Worked.LastOrDefault(round => round.Submissions.ContainsKey(key));
        var received = chain.Worked.SelectMany(round => round.Verdicts.GetValueOrDefault(key, [])).ToList();
        return new DemoNodeRow(
            node.Participant.Name,
            node.Participant.IsCheater,
            node.Work,
            latest is null ? "-" : $"{latest.Round}: {latest.Submissions[key].Value[..CidCharactersShown]}…",
            chain.Worked.SelectMany(round => round.Verdicts.Values).Sum(verdicts => verdicts.Count(given => given.Voter == key)),
            received.Count(given => given.Verdict is Verdict.Valid),
            received.Count(given => given.Verdict is Verdict.Invalid),
            chain.EarnedBy(key),
            chain.Task.Stakes.GetValueOrDefault(key));
    }
}
