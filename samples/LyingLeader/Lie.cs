using Pond.Sdk;

namespace LyingLeader;

/// <summary>A distribution list that gives the round's whole bounty to the node that writes it.</summary>
internal static class Lie
{
    internal static async Task SubmitAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var task = await round.Task.State.GetTaskAsync(cancellationToken);
        var list = DistributionList.SplitEqually([round.Task.Identity.StakingKey], task.BountyPerRound - task.AuditPayPerRound);
        await round.Task.Rounds.SubmitDistributionListAsync(round.Number, list, cancellationToken);
        round.Task.Log.Info($"Round {round.Number}: takes {list.Total} for itself.");
    }
}
