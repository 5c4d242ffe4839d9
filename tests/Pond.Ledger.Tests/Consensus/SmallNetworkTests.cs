using Pond.Ledger.Consensus;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tests.Consensus;

/// <summary>
/// The promise of docs/protocol/consensus.md for 3 to 12 nodes, played through in full on the code that the ledger runs: with fewer
/// than half of the keys dishonest, a cheater is slashed, an honest node is not and is paid.
/// </summary>
public sealed class SmallNetworkTests
{
    public static TheoryData<int> Sizes => [.. Enumerable.Range(3, 10)];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_cheater_is_always_slashed(int nodes)
    {
        foreach (var dishonest in Enumerable.Range(1, MaxDishonest(nodes)))
        {
            // The cheater is one of the dishonest; the others stand by it as best they can. Every honest key audits and objects.
            var helpers = dishonest - 1;
            var honest = nodes - dishonest;
            foreach (var (invalid, valid, abstain) in Splits(helpers))
            {
                var votes = Votes(honest + invalid, valid, abstain, absent: helpers - invalid - valid - abstain);
                var judgement = JudgeEverywhere(nodes, votes, isObjected: true);
                Assert.All(judgement, result => Assert.Equal(SubmissionOutcome.Slashed, result.Outcome));
                Assert.All(judgement, result => Assert.Equal(ObjectionRuling.Upheld, result.Ruling));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void An_honest_node_is_always_accepted_and_never_slashed(int nodes)
    {
        foreach (var dishonest in Enumerable.Range(0, MaxDishonest(nodes) + 1))
        {
            var honestOthers = nodes - dishonest - 1;
            foreach (var (invalid, valid, abstain) in Splits(dishonest))
            {
                var votes = Votes(invalid, honestOthers + valid, abstain, absent: dishonest - invalid - valid - abstain);
                foreach (var isObjected in invalid > 0 ? new[] { false, true } : [false])
                {
                    var judgement = JudgeEverywhere(nodes, votes, isObjected);
                    Assert.All(judgement, result => Assert.Equal(SubmissionOutcome.Accepted, result.Outcome));
                    Assert.All(judgement, result => Assert.NotEqual(ObjectionRuling.Upheld, result.Ruling));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_lying_list_is_always_rejected_and_an_honest_one_never(int nodes)
    {
        foreach (var dishonest in Enumerable.Range(0, MaxDishonest(nodes) + 1))
        {
            // Some of the dishonest may have been convicted in this round; they audit no lists.
            foreach (var convicted in Enumerable.Range(0, dishonest + 1))
            {
                var honest = nodes - dishonest;
                var liars = dishonest - convicted;
                if (liars > 0)
                {
                    foreach (var (invalid, valid, abstain) in Splits(liars - 1))
                    {
                        var votes = Votes(honest + invalid, valid, abstain, liars - 1 - invalid - valid - abstain);
                        Assert.True(VerdictTally.IsListRejected(votes), $"{nodes} nodes, {liars} liars, one of them the author");
                    }
                }

                foreach (var (invalid, valid, abstain) in Splits(liars))
                {
                    var votes = Votes(invalid, honest - 1 + valid, abstain, liars - invalid - valid - abstain);
                    Assert.False(VerdictTally.IsListRejected(votes), $"{nodes} nodes, {liars} liars against an honest author");
                }
            }
        }
    }

    [Fact]
    public void With_thirteen_nodes_the_promise_would_not_hold()
    {
        // Six of thirteen: seven say Invalid, five Valid, and that is less than three fifths. So the limit of twelve is no accident.
        var judgement = VerdictTally.Judge(13, Votes(7, 5, 0, 0), Votes(7, 5, 0, 0));

        Assert.Equal(SubmissionOutcome.Unpaid, judgement.Outcome);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void In_a_small_network_everybody_audits_everybody(int nodes)
    {
        var keys = Enumerable.Range(0, nodes).Select(index => new Pubkey([.. Enumerable.Repeat((byte)index, 32)])).ToArray();
        var ring = Assignment.Draw(new byte[64], "test", keys);

        for (var position = 0; position < nodes; position++)
        {
            Assert.Equal(keys.Where(key => key != ring[position]), Assignment.AuditorsOf(ring, position).Order());
        }

        Assert.Equal(nodes - 1, Assignment.SeatsFor(nodes));
    }

    private static int MaxDishonest(int nodes) => (nodes - 1) / 2;

    // How many of some dishonest keys say Invalid, Valid and Abstain; the rest says nothing.
    private static IEnumerable<(int Invalid, int Valid, int Abstain)> Splits(int count) =>
        from invalid in Enumerable.Range(0, count + 1)
        from valid in Enumerable.Range(0, count - invalid + 1)
        from abstain in Enumerable.Range(0, count - invalid - valid + 1)
        select (invalid, valid, abstain);

    private static Verdict?[] Votes(int invalid, int valid, int abstain, int absent) =>
    [
        .. Enumerable.Repeat<Verdict?>(Verdict.Invalid, invalid), .. Enumerable.Repeat<Verdict?>(Verdict.Valid, valid),
        .. Enumerable.Repeat<Verdict?>(Verdict.Abstain, abstain), .. Enumerable.Repeat<Verdict?>(null, absent),
    ];

    // Whatever order the beacon gives: the tally sees only how many, but it is asked, not believed.
    private static IEnumerable<Judgement> JudgeEverywhere(int nodes, Verdict?[] votes, bool isObjected)
    {
        var random = DeterministicRandom.ForStream((ulong)nodes, "orders");
        for (var order = 0; order < 3; order++)
        {
            Verdict?[] byRank = [.. votes];
            random.Shuffle<Verdict?>(byRank);
            yield return isObjected ? VerdictTally.Judge(nodes, byRank, byRank.Reverse().ToArray()) : VerdictTally.Judge(nodes, byRank);
        }
    }
}
