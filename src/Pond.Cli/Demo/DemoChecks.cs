using System.Globalization;
using DocumentIndex;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Demo;

/// <summary>What must hold at a demo's end; the exit code says whether all of it does.</summary>
internal static class DemoChecks
{
    /// <summary>The checks of the network; that of the index is <see cref="DemoDocuments.CompareAsync"/>.</summary>
    internal static IEnumerable<DemoCheck> Of(
        DemoChain chain, IReadOnlyCollection<DemoNode> nodes, Conservation conservation, ShardCoverage coverage)
    {
        var worked = chain.Worked.ToList();
        var paid = worked.Count(round => round.Payout is PayoutRecord.PayoutSuccessful);
        yield return new("every round was paid", paid == worked.Count, $"{paid} of {worked.Count}");

        yield return new(
            "every shard has an accepted submission",
            coverage.IsComplete,
            string.Create(CultureInfo.InvariantCulture, $"{coverage.Covered.Count} of {coverage.Shards}"));

        var cheaters = nodes.Where(node => node.IsCheater).ToList();
        var caught = cheaters.Count(node => WasSlashed(worked, node) && node.ForWork == Lamports.Zero);
        yield return new("every cheater was slashed and earned nothing by its work", caught == cheaters.Count, $"{caught} of {cheaters.Count}");

        var honest = nodes.Where(node => !node.IsCheater).ToList();
        var hurt = honest.Where(node => WasSlashed(worked, node) || node.Slashed > Lamports.Zero).Select(node => node.Name).ToList();
        yield return new(
            "no honest node was slashed", hurt.Count == 0, hurt.Count == 0 ? $"0 of {honest.Count}" : string.Join(", ", hurt));

        yield return new(
            "no token was created or lost",
            conservation.Holds,
            $"{conservation.InitialSupply.Value} = {conservation.Total.Value} + {conservation.BurntFees.Value} lamports");
    }

    /// <summary>How the largest submission was sampled.</summary>
    internal static DemoAudit AuditOf(DemoChain chain, ShardCoverage coverage, CorpusPlan plan)
    {
        var largest = coverage.Rounds
            .SelectMany(round => round.Assignment.Values)
            .Select(shards => shards.Sum(shard => plan.Shards[shard].Documents))
            .DefaultIfEmpty(0)
            .Max();
        var sample = largest == 0 ? 0 : SampleSize.For(largest);
        return new DemoAudit(
            chain.Worked.Select(round => round.AuditorsPerSubmission).DefaultIfEmpty(0).Max(),
            sample,
            largest,
            largest == 0 ? 1 : SampleSize.MissProbability(largest, sample));
    }

    private static bool WasSlashed(List<TaskRoundInfo> rounds, DemoNode node) =>
        rounds.Exists(round => round.Outcomes.GetValueOrDefault(node.StakingKey) is SubmissionOutcome.Slashed);
}
