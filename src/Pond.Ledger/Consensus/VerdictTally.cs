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
    public static ImmutableArray<int> Counted(ReadOnlySpan<Verdict?> byRank, int auditors)
    {
        var counted = ImmutableArray.CreateBuilder<int>(auditors);
        for (var rank = 0; rank < byRank.Length && counted.Count < auditors; rank++)
        {
            if (byRank[rank] is not null)
            {
                counted.Add(rank);
            }
        }

        return counted.ToImmutable();
    }

    /// <summary>Judges a submission that nobody objected to, after the last vote.</summary>
    /// <param name="submitters">How many keys submitted in the round.</param>
    /// <param name="byRank">The verdicts of its auditors by rank; null where there is none.</param>
    public static Judgement Judge(int submitters, ReadOnlySpan<Verdict?> byRank) =>
        submitters == 1
            ? new(SubmissionOutcome.Unaudited, ObjectionRuling.None, Verdict.Valid)
            : new(ByAudits(submitters, byRank), ObjectionRuling.None, Verdict.Valid);

    /// <summary>Judges a submission with an objection, after the last vote.</summary>
    /// <param name="submitters">How many keys submitted in the round.</param>
    /// <param name="byRank">The verdicts of its auditors by rank; null where there is none.</param>
    /// <param name="seats">The votes of the objection's seats; null where there is none.</param>
    public static Judgement Judge(int submitters, ReadOnlySpan<Verdict?> byRank, ReadOnlySpan<Verdict?> seats)
    {
        if (submitters == 1)
        {
            return Judge(submitters, byRank);
        }

        var (invalid, valid) = Count(seats);
        var isQuorum = 2 * (invalid + valid) >= seats.Length;
        if (invalid > valid)
        {
            // Two keys, because one alone could be the liar.
            return new(
                isQuorum && IsClear(invalid, valid) && invalid >= 2 ? SubmissionOutcome.Slashed : SubmissionOutcome.Unpaid,
                ObjectionRuling.Upheld,
                Verdict.Invalid);
        }

        var ruling = valid > 0 && isQuorum && IsClear(valid, invalid) ? ObjectionRuling.Overruled : ObjectionRuling.Undecided;
        return new(ByAudits(submitters, byRank), ruling, Verdict.Valid);
    }

    /// <summary>Whether a distribution list is rejected by its auditors' verdicts; null where there is none.</summary>
    public static bool IsListRejected(ReadOnlySpan<Verdict?> verdicts)
    {
        var (invalid, valid) = Count(verdicts);
        return invalid > valid && invalid >= Math.Max(2, (verdicts.Length + 2) / 3);
    }

    private static SubmissionOutcome ByAudits(int submitters, ReadOnlySpan<Verdict?> byRank)
    {
        var auditors = Assignment.AuditorsFor(submitters);
        var (counted, valid) = (0, 0);
        foreach (var verdict in byRank)
        {
            if (verdict is not null && counted < auditors)
            {
                counted++;
                valid += verdict is Verdict.Valid ? 1 : 0;
            }
        }

        return valid >= NeededValid(auditors) ? SubmissionOutcome.Accepted : SubmissionOutcome.Unpaid;
    }

    private static (int Invalid, int Valid) Count(ReadOnlySpan<Verdict?> votes)
    {
        var (invalid, valid) = (0, 0);
        foreach (var vote in votes)
        {
            invalid += vote is Verdict.Invalid ? 1 : 0;
            valid += vote is Verdict.Valid ? 1 : 0;
        }

        return (invalid, valid);
    }

    // At least three fifths.
    private static bool IsClear(int side, int other) => 5 * side >= 3 * (side + other);
}
