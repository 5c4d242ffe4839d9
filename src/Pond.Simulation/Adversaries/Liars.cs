using System.Security.Cryptography;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Simulation.Adversaries;

/// <summary>Works, and hands in a result of which one place in twenty is wrong.</summary>
public class PlausibleLiar : Adversary
{
    /// <inheritdoc/>
    public override string Group => "liar";

    /// <inheritdoc/>
    public override string? Submit(AdversaryView view, Round round, string? honest)
    {
        ArgumentNullException.ThrowIfNull(view);
        return honest is null ? null : view.Alter(honest);
    }
}

/// <summary>Hands in anything.</summary>
public sealed class RandomLiar : Adversary
{
    /// <inheritdoc/>
    public override string Group => "random-liar";

    /// <inheritdoc/>
    public override bool Runs(AdversaryView view, TaskPhase phase, Round round) => phase is not (TaskPhase.Execute or TaskPhase.Submit);

    /// <inheritdoc/>
    public override string? Submit(AdversaryView view, Round round, string? honest)
    {
        ArgumentNullException.ThrowIfNull(view);
        return Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(view.Random.NextUInt64())));
    }
}

/// <summary>Is honest for a long time, and then lies: what a good name is worth to it.</summary>
/// <param name="goodRounds">For how many rounds. A thousand, where a simulation has so many.</param>
public sealed class Turncoat(ulong goodRounds) : PlausibleLiar
{
    /// <inheritdoc/>
    public override string Group => "turncoat";

    /// <inheritdoc/>
    public override string? Submit(AdversaryView view, Round round, string? honest) =>
        round.Value > goodRounds ? base.Submit(view, round, honest) : honest;
}

/// <summary>Lies, and takes its stake back before anybody could take it away.</summary>
public sealed class StakeAndRun : PlausibleLiar
{
    /// <inheritdoc/>
    public override string Group => "runner";

    /// <inheritdoc/>
    public override IEnumerable<NodeAction> Act(AdversaryView view, AdversaryMoment moment, Round current)
    {
        ArgumentNullException.ThrowIfNull(view);
        return current.Value > 1 ? [new NodeAction.Withdraw()] : [];
    }
}

/// <summary>Submits one thing and then another, and says both yes and no.</summary>
public sealed class Equivocator : Adversary
{
    /// <inheritdoc/>
    public override string Group => "equivocator";

    /// <inheritdoc/>
    public override IEnumerable<NodeAction> Act(AdversaryView view, AdversaryMoment moment, Round current)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (current.Value == 0)
        {
            yield break;
        }

        var round = new Round(current.Value - 1);
        if (view.ReadRound(round) is not { } info)
        {
            yield break;
        }

        if (moment is AdversaryMoment.RoundBegins && info.Submissions.TryGetValue(view.Me, out var first))
        {
            yield return new NodeAction.SubmitTask(round, first.Value + "0");
        }

        if (moment is AdversaryMoment.Later)
        {
            foreach (var candidate in info.Submissions.Keys.Where(key => key != view.Me).Take(4))
            {
                yield return new NodeAction.AuditSubmission(round, candidate, view.Random.Chance(1, 2) ? Verdict.Valid : Verdict.Invalid);
            }
        }
    }
}

/// <summary>Does no work and hands in what others have.</summary>
public sealed class Copier : Adversary
{
    /// <inheritdoc/>
    public override string Group => "copier";

    /// <inheritdoc/>
    public override bool Runs(AdversaryView view, TaskPhase phase, Round round) => phase is not (TaskPhase.Execute or TaskPhase.Submit);

    /// <inheritdoc/>
    public override int DelaySlots(TaskPhase phase, TaskInfo task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return phase is TaskPhase.Submit ? (int)(task.SubmissionWindow / 2) : 0;
    }

    /// <inheritdoc/>
    public override string? Submit(AdversaryView view, Round round, string? honest)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.ReadRound(round)?.Submissions.Where(pair => !view.Friends.Contains(pair.Key)).Select(pair => pair.Value.Value).FirstOrDefault();
    }
}

/// <summary>Submits what it likes and serves nobody the content, so that nobody can prove anything.</summary>
public sealed class Withholder : PlausibleLiar
{
    /// <inheritdoc/>
    public override string Group => "withholder";

    /// <inheritdoc/>
    public override bool Serves(AdversaryView view, Pubkey to) => false;
}

/// <summary>Tries many values for one whose hash is low, as chose the leader under the old rule, and pays itself if it becomes one.</summary>
public sealed class Grinder : Adversary
{
    private const int Tries = 64;

    /// <inheritdoc/>
    public override string Group => "grinder";

    /// <inheritdoc/>
    public override string? WriteList(AdversaryView view, Round round, string? honest) => ListForger.PayMe(view, honest);

    /// <inheritdoc/>
    public override IEnumerable<NodeAction> Act(AdversaryView view, AdversaryMoment moment, Round current)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (moment is not AdversaryMoment.RoundBegins || current.Value == 0)
        {
            return [];
        }

        var best = Enumerable.Range(0, Tries).Select(_ => view.Random.NextUInt64().ToString("x16", System.Globalization.CultureInfo.InvariantCulture))
            .MinBy(value => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(value))), StringComparer.Ordinal)!;
        return [new NodeAction.SubmitTask(new(current.Value - 1), best)];
    }
}
