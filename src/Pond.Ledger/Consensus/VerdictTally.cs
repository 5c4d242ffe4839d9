using System.Collections.Immutable;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Consensus;

/// <summary>Counts verdicts, as docs/protocol/consensus.md says. One key, one seat; nothing here knows money or time.</summary>
public static class VerdictTally
{
    /// <summary>The least number of Valid verdicts that accept a submission with so many auditors.</summary>
    public static int NeededValid(int auditors) => Math.Max(1, (auditors + 2) / 3);

    /// <summary>Which of a submission's auditors count: the first K in rank order that gave a verdict, whatever it says.</summary>
    /// <param name="byRank">Each rank's verdict; null where there is none.</param>
    /// <param name="auditors">K.</param>
    /// <returns>The ranks that count.</returns>
    public static ImmutableArray<int> Counted(IReadOnlyList<Verdict?> byRank, int auditors) =>
        [.. Enumerable.Range(0, byRank.Count).Where(rank => byRank[rank] is not null).Take(auditors)];

    /// <summary>Judges one submission after the last vote.</summary>
    /// <param name="submitters">How many keys submitted in the round.</param>
    /// <param name="byRank">The verdicts of its auditors by rank; null where there is none.</param>
    /// <param name="seats">The votes of the objection's seats; null if there was no objection.</param>
    public static Judgement Judge(int submitters, IReadOnlyList<Verdict?> byRank, IReadOnlyList<Verdict?>? seats)
    {
        if (submitters == 1)
        {
            return new(SubmissionOutcome.Unaudited, ObjectionRuling.None, Verdict.Valid);
        }

        var ruling = ObjectionRuling.None;
        if (seats is not null)
        {
            var invalid = seats.Count(vote => vote is Verdict.Invalid);
            var valid = seats.Count(vote => vote is Verdict.Valid);
            var isQuorum = 2 * (invalid + valid) >= seats.Count;
            if (invalid > valid)
            {
                // Two keys, because one alone could be the liar.
                return new(
                    isQuorum && IsClear(invalid, valid) && invalid >= 2 ? SubmissionOutcome.Slashed : SubmissionOutcome.Unpaid,
                    ObjectionRuling.Upheld,
                    Verdict.Invalid);
            }

            ruling = valid > 0 && isQuorum && IsClear(valid, invalid) ? ObjectionRuling.Overruled : ObjectionRuling.Undecided;
        }

        var auditors = Assignment.AuditorsFor(submitters);
        var accepting = Counted(byRank, auditors).Count(rank => byRank[rank] is Verdict.Valid);
        return new(
            accepting >= NeededValid(auditors) ? SubmissionOutcome.Accepted : SubmissionOutcome.Unpaid, ruling, Verdict.Valid);
    }

    /// <summary>Whether a distribution list is rejected by its auditors' verdicts; null where there is none.</summary>
    public static bool IsListRejected(IReadOnlyCollection<Verdict?> verdicts)
    {
        var invalid = verdicts.Count(verdict => verdict is Verdict.Invalid);
        return invalid > verdicts.Count(verdict => verdict is Verdict.Valid)
            && invalid >= Math.Max(2, (verdicts.Count + 2) / 3);
    }

    // At least three fifths.
    private static bool IsClear(int side, int other) => 5 * side >= 3 * (side + other);
}
