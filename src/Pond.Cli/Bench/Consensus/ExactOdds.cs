using Pond.Ledger.Consensus;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Bench.Consensus;

/// <summary>
/// Computes what the rules let happen, by asking the ledger's own tally about every outcome of the draws and adding up their chances.
/// </summary>
/// <remarks>The dishonest say what helps the liar and hurts the honest; the honest who are there tell the truth.</remarks>
internal sealed class ExactOdds(Odds odds)
{
    private readonly Dictionary<(int Auditors, int Valid, int Invalid), bool> _accepted = [];
    private readonly Dictionary<(int Seats, int Valid, int Invalid), (bool IsUpheld, bool IsSlashed)> _rulings = [];

    /// <summary>The chance that an invalid submission is accepted.</summary>
    internal double PassOf(int nodes)
    {
        var others = Others.OfLiar(nodes);
        var (unseen, seen) = AcceptedByAudits(nodes, others);
        return unseen + (seen * LetGoOf(nodes));
    }

    /// <summary>The chance that the seats do not uphold an objection to a lie.</summary>
    internal double LetGoOf(int nodes)
    {
        var others = Others.OfLiar(nodes);
        return ChanceOf(nodes, others, invalid: others.Honest, valid: others.Dishonest, ruling => !ruling.IsUpheld);
    }

    /// <summary>The chance that the liar is slashed once somebody objected.</summary>
    internal double SlashOf(int nodes)
    {
        var others = Others.OfLiar(nodes);
        return ChanceOf(nodes, others, invalid: others.Honest, valid: others.Dishonest, ruling => ruling.IsSlashed);
    }

    /// <summary>The chance that an honest submission costs its author the stake when the dishonest object to it.</summary>
    internal double SlanderOf(int nodes)
    {
        var others = Others.OfHonest(nodes);
        return ChanceOf(nodes, others, invalid: others.Dishonest, valid: others.Honest, ruling => ruling.IsSlashed);
    }

    /// <summary>The chances that the audits accept a lie which no honest auditor saw in time, and one that somebody saw.</summary>
    /// <remarks>Of the ranks from K on, the honest step in too late to object, but their verdicts take places that lies would have.</remarks>
    internal (double Unseen, double Seen) AcceptedByAudits(int nodes, Others others)
    {
        var auditors = Assignment.AuditorsFor(nodes);
        var backups = Assignment.RanksFor(nodes) - auditors;
        var (unseen, seen) = (0.0, 0.0);
        for (var valid = 0; valid <= auditors; valid++)
        {
            for (var invalid = 0; invalid + valid <= auditors; invalid++)
            {
                var away = auditors - valid - invalid;
                var chance = odds.Of(valid, others.Dishonest, invalid, others.Honest, away, others.Away);
                if (chance == 0)
                {
                    continue;
                }

                var rest = new Others(others.Dishonest - valid, others.Honest - invalid, others.Away - away);
                chance *= AcceptedAfter(auditors, valid, invalid, away, backups, rest);
                (unseen, seen) = invalid == 0 ? (unseen + chance, seen) : (unseen, seen + chance);
            }
        }

        return (unseen, seen);
    }

    // The first backups that give a verdict take the places of those who are away.
    private double AcceptedAfter(int auditors, int valid, int invalid, int missing, int backups, Others rest)
    {
        var sum = 0.0;
        for (var given = 0; given <= backups; given++)
        {
            var chance = odds.Of(given, rest.Dishonest + rest.Honest, backups - given, rest.Away);
            if (chance == 0)
            {
                continue;
            }

            var taken = Math.Min(given, missing);
            for (var more = 0; more <= taken; more++)
            {
                if (IsAccepted(auditors, valid + more, invalid + taken - more))
                {
                    sum += chance * odds.Of(more, rest.Dishonest, taken - more, rest.Honest);
                }
            }
        }

        return sum;
    }

    private double ChanceOf(int nodes, Others others, int invalid, int valid, Func<(bool IsUpheld, bool IsSlashed), bool> isMeant)
    {
        var seats = Assignment.SeatsFor(nodes);
        var sum = 0.0;
        for (var against = 0; against <= Math.Min(invalid, seats); against++)
        {
            for (var away = Math.Max(0, seats - against - valid); away <= Math.Min(others.Away, seats - against); away++)
            {
                if (isMeant(RulingOn(nodes, seats, seats - against - away, against)))
                {
                    sum += odds.Of(against, invalid, seats - against - away, valid, away, others.Away);
                }
            }
        }

        return sum;
    }

    private bool IsAccepted(int auditors, int valid, int invalid)
    {
        var key = (auditors, valid, invalid);
        if (!_accepted.TryGetValue(key, out var known))
        {
            known = VerdictTally.Judge(auditors + 1, Votes(auditors, valid, invalid)).Outcome is SubmissionOutcome.Accepted;
            _accepted[key] = known;
        }

        return known;
    }

    private (bool IsUpheld, bool IsSlashed) RulingOn(int nodes, int seats, int valid, int invalid)
    {
        var key = (seats, valid, invalid);
        if (!_rulings.TryGetValue(key, out var known))
        {
            var judgement = VerdictTally.Judge(nodes, [], Votes(seats, valid, invalid));
            known = (judgement.Ruling is ObjectionRuling.Upheld, judgement.Outcome is SubmissionOutcome.Slashed);
            _rulings[key] = known;
        }

        return known;
    }

    private static Verdict?[] Votes(int count, int valid, int invalid)
    {
        var votes = new Verdict?[count];
        votes.AsSpan(0, valid).Fill(Verdict.Valid);
        votes.AsSpan(valid, invalid).Fill(Verdict.Invalid);
        return votes;
    }
}
