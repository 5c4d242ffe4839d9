using Pond.Ledger.Consensus;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Bench.Consensus;

/// <summary>Plays every case of a small network: each way in which fewer than half of the keys can say Invalid, Valid, Abstain or nothing.</summary>
internal static class SmallNetworks
{
    internal const int Fewest = 3;
    internal const int Most = 12;

    /// <summary>Counts the cases and those in which a cheater is not slashed, or an honest node is not paid or is slashed.</summary>
    internal static (int Cases, int Broken) Enumerate()
    {
        var (cases, broken) = (0, 0);
        for (var nodes = Fewest; nodes <= Most; nodes++)
        {
            for (var dishonest = 0; dishonest <= (nodes - 1) / 2; dishonest++)
            {
                // An honest node is judged: whatever the dishonest say, with an objection if one of them says Invalid.
                foreach (var (invalid, valid, abstain) in Splits(dishonest))
                {
                    var votes = Votes(nodes - 1, invalid, nodes - dishonest - 1 + valid, abstain);
                    cases++;
                    broken += Judge(nodes, votes, invalid > 0) is SubmissionOutcome.Accepted ? 0 : 1;
                }

                // One of the dishonest is judged; every honest key audits it and says so.
                foreach (var (invalid, valid, abstain) in dishonest > 0 ? Splits(dishonest - 1) : [])
                {
                    var votes = Votes(nodes - 1, nodes - dishonest + invalid, valid, abstain);
                    cases++;
                    broken += Judge(nodes, votes, isObjected: true) is SubmissionOutcome.Slashed ? 0 : 1;
                }
            }
        }

        return (cases, broken);
    }

    private static SubmissionOutcome Judge(int nodes, Verdict?[] votes, bool isObjected) =>
        (isObjected ? VerdictTally.Judge(nodes, votes, votes) : VerdictTally.Judge(nodes, votes)).Outcome;

    private static IEnumerable<(int Invalid, int Valid, int Abstain)> Splits(int count) =>
        from invalid in Enumerable.Range(0, count + 1)
        from valid in Enumerable.Range(0, count - invalid + 1)
        from abstain in Enumerable.Range(0, count - invalid - valid + 1)
        select (invalid, valid, abstain);

    private static Verdict?[] Votes(int count, int invalid, int valid, int abstain)
    {
        var votes = new Verdict?[count];
        votes.AsSpan(0, invalid).Fill(Verdict.Invalid);
        votes.AsSpan(invalid, valid).Fill(Verdict.Valid);
        votes.AsSpan(invalid + valid, abstain).Fill(Verdict.Abstain);
        return votes;
    }
}
