using System.Globalization;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond.Simulation.Adversaries;

/// <summary>Pays itself everything when it writes the list, and says yes to such lists.</summary>
public sealed class ListForger : Adversary
{
    /// <inheritdoc/>
    public override string Group => "forger";

    /// <inheritdoc/>
    public override string? WriteList(AdversaryView view, Round round, string? honest) => PayMe(view, honest);

    /// <inheritdoc/>
    public override Verdict? AuditList(AdversaryView view, Round round, Pubkey author, Verdict? honest)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.Friends.Contains(author) ? Verdict.Valid : Verdict.Invalid;
    }

    /// <summary>A list of the whole budget for the author alone.</summary>
    internal static string PayMe(AdversaryView view, string? honest)
    {
        var budget = honest is not null && DistributionList.TryParse(honest, out var list)
            ? list.Total
            : view.Task.BountyPerRound - view.Task.AuditPayPerRound;
        return string.Create(CultureInfo.InvariantCulture, $"{{\"{view.Me}\":{budget.Value}}}");
    }
}

/// <summary>Writes its list late, and leaves one of the honest out.</summary>
public sealed class LyingLeader : Adversary
{
    /// <inheritdoc/>
    public override string Group => "late-leader";

    /// <inheritdoc/>
    public override int DelaySlots(TaskPhase phase, TaskInfo task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return phase is TaskPhase.Distribute ? (int)(task.SubmissionWindow * 3 / 4) : 0;
    }

    /// <inheritdoc/>
    public override string? WriteList(AdversaryView view, Round round, string? honest)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (honest is null || !DistributionList.TryParse(honest, out var list))
        {
            return honest;
        }

        var rewards = list.Rewards.ToList();
        var victim = rewards.FindIndex(reward => !view.Friends.Contains(reward.Key));
        var me = rewards.FindIndex(reward => reward.Key == view.Me);
        if (victim < 0 || me < 0)
        {
            return honest;
        }

        rewards[me] = new(view.Me, rewards[me].Value + rewards[victim].Value);
        rewards.RemoveAt(victim);
        return DistributionList.From(rewards).ToJson();
    }
}

/// <summary>Keeps the transactions of others out of the slots that it produces.</summary>
public sealed class CensoringProducer : Adversary
{
    /// <inheritdoc/>
    public override string Group => "censor";

    /// <inheritdoc/>
    public override bool Censors(AdversaryView view, Pubkey sender)
    {
        ArgumentNullException.ThrowIfNull(view);
        return !view.Friends.Contains(sender);
    }
}
