using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Simulation.Adversaries;

/// <summary>Looks at nothing and says yes to everything.</summary>
public sealed class LazyAuditor : Adversary
{
    /// <inheritdoc/>
    public override string Group => "lazy";

    /// <inheritdoc/>
    public override bool Runs(AdversaryView view, TaskPhase phase, Round round) => phase is not (TaskPhase.Audit or TaskPhase.AuditDistribution);

    /// <inheritdoc/>
    public override Verdict? Audit(AdversaryView view, Round round, Pubkey candidate, Verdict? honest) => Verdict.Valid;

    /// <inheritdoc/>
    public override Verdict? AuditList(AdversaryView view, Round round, Pubkey author, Verdict? honest) => Verdict.Valid;
}

/// <summary>Says no to everything.</summary>
public sealed class SpitefulAuditor : Adversary
{
    /// <inheritdoc/>
    public override string Group => "spiteful";

    /// <inheritdoc/>
    public override bool Runs(AdversaryView view, TaskPhase phase, Round round) => phase is not (TaskPhase.Audit or TaskPhase.AuditDistribution);

    /// <inheritdoc/>
    public override Verdict? Audit(AdversaryView view, Round round, Pubkey candidate, Verdict? honest) => Verdict.Invalid;

    /// <inheritdoc/>
    public override Verdict? AuditList(AdversaryView view, Round round, Pubkey author, Verdict? honest) => Verdict.Invalid;
}

/// <summary>Lies, and says yes to the lies of its friends; accuses whoever is not one of them if it holds a seat over a friend.</summary>
public class Colluder : PlausibleLiar
{
    /// <inheritdoc/>
    public override string Group => "colluder";

    /// <inheritdoc/>
    public override Verdict? Audit(AdversaryView view, Round round, Pubkey candidate, Verdict? honest)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.Friends.Contains(candidate) ? Verdict.Valid : honest;
    }

    /// <inheritdoc/>
    public override Verdict? AuditList(AdversaryView view, Round round, Pubkey author, Verdict? honest)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.Friends.Contains(author) ? Verdict.Valid : honest;
    }
}

/// <summary>Many keys of one operator: none of them works, all say yes to each other and pay each other when one of them leads.</summary>
public sealed class Sybil : Adversary
{
    /// <inheritdoc/>
    public override string Group => "sybil";

    /// <inheritdoc/>
    public override bool Runs(AdversaryView view, TaskPhase phase, Round round) => false;

    /// <inheritdoc/>
    public override string? Submit(AdversaryView view, Round round, string? honest)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.ReadRound(round)?.Submissions.Values.FirstOrDefault() is { } other ? view.Alter(other.Value) : "sybil";
    }

    /// <inheritdoc/>
    public override Verdict? Audit(AdversaryView view, Round round, Pubkey candidate, Verdict? honest)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.Friends.Contains(candidate) ? Verdict.Valid : Verdict.Abstain;
    }

    /// <inheritdoc/>
    public override string? WriteList(AdversaryView view, Round round, string? honest) => ListForger.PayMe(view, honest);

    /// <inheritdoc/>
    public override Verdict? AuditList(AdversaryView view, Round round, Pubkey author, Verdict? honest) => Verdict.Valid;
}

/// <summary>Accuses nodes that it knows to be honest, whether or not it was asked.</summary>
public sealed class FalseAccuser : Adversary
{
    /// <inheritdoc/>
    public override string Group => "accuser";

    /// <inheritdoc/>
    public override Verdict? Audit(AdversaryView view, Round round, Pubkey candidate, Verdict? honest)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.Friends.Contains(candidate) ? Verdict.Valid : Verdict.Invalid;
    }

    /// <inheritdoc/>
    public override IEnumerable<NodeAction> Act(AdversaryView view, AdversaryMoment moment, Round current)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (moment is not AdversaryMoment.AuditBegins || current.Value == 0 || view.ReadRound(new(current.Value - 1)) is not { } info)
        {
            return [];
        }

        var victims = info.Submissions.Keys.Where(key => !view.Friends.Contains(key)).ToArray();
        return victims.Length == 0
            ? []
            : [new NodeAction.AuditSubmission(info.Round, victims[view.Random.NextBelow(victims.Length)], Verdict.Invalid)];
    }
}
