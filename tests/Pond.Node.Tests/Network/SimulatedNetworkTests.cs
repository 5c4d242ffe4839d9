using Pond.Ledger.Tasks;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node.Tests.Network;

/// <summary>Whole networks of cores around the real ledger. A failure names its seed, which repeats it.</summary>
public sealed class SimulatedNetworkTests
{
    private static readonly Conduct[][] Casts =
    [
        [Conduct.Honest, Conduct.Honest, Conduct.Honest],
        [Conduct.Honest, Conduct.Honest, Conduct.Honest, Conduct.Lazy],
        [Conduct.Honest, Conduct.Honest, Conduct.Honest, Conduct.Honest, Conduct.Liar],
        [Conduct.Honest, Conduct.Honest, Conduct.Honest, Conduct.Honest, Conduct.Absent, Conduct.Lazy, Conduct.Crashing],
        [Conduct.Honest, Conduct.Honest, Conduct.Honest, Conduct.Honest, Conduct.Honest, Conduct.Lazy, Conduct.Absent, Conduct.Liar, Conduct.Liar],
    ];

    public static TheoryData<int, ulong> SeedsOfCasts()
    {
        var data = new TheoryData<int, ulong>();
        foreach (var cast in Enumerable.Range(0, Casts.Length))
        {
            for (ulong seed = 1; seed <= 2; seed++)
            {
                data.Add(cast, seed);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(SeedsOfCasts))]
    public void Every_honest_node_is_paid_in_every_round_and_every_liar_is_slashed_in_its_first(int cast, ulong seed)
    {
        var network = new SimulatedNetwork(seed, new Faults(), Casts[cast]);
        network.RunTo(7);

        // All stakes came after the first slot of round 0: work begins with round 1.
        for (ulong number = 1; number <= 4; number++)
        {
            Assert.True(network.Settled.TryGetValue(new Round(number), out var round), $"Round {number} is not settled.");
            Assert.Equal(PayoutRecord.PayoutSuccessful, round.Payout);
            foreach (var node in network.Nodes)
            {
                if (node.Conduct is Conduct.Honest or Conduct.Lazy)
                {
                    Assert.True(round.Rewards.ContainsKey(node.Name), $"Round {number}: {node.Conduct} {node.Name} got nothing.");
                    Assert.False(round.Slashes.ContainsKey(node.Name), $"Round {number}: {node.Conduct} {node.Name} was slashed.");
                    var closing = Assert.Single(ClosingsOf(node, number));
                    Assert.Equal(RoundReason.None, closing.Reason);
                    Assert.Equal(EarnedBy(node, round), closing.Earned);
                }
                else if (node.Conduct is Conduct.Liar)
                {
                    // Who takes part in rounds 2 and 3 is fixed before round 1 is settled.
                    Assert.Equal(number <= 3, round.Participants.ContainsKey(node.Name));
                    Assert.True(number > 1 || round.Outcomes[node.Name] is SubmissionOutcome.Slashed);
                    Assert.False(round.Rewards.ContainsKey(node.Name));
                }
            }
        }

        foreach (var liar in network.Nodes.Where(node => node.Conduct is Conduct.Liar))
        {
            Assert.Equal(RoundReason.Slashed, Assert.Single(ClosingsOf(liar, 1)).Reason);
        }

        foreach (var liar in network.Nodes.Where(node => node.Conduct is Conduct.Liar))
        {
            Assert.Equal(RoundReason.StakeTooLow, Assert.Single(ClosingsOf(liar, 3)).Reason);
            Assert.Equal(RoundReason.NotAParticipant, Assert.Single(ClosingsOf(liar, 4)).Reason);
        }

        // Nobody sends what the ledger must refuse, but that after a lazy leader the next two may settle a round at once, and that a
        // task which keeps crashing comes too late.
        Assert.DoesNotContain(network.Refusals, refusal =>
            refusal.Key is not (TaskErrorCode.AlreadySettled or TaskErrorCode.WindowClosed));
        Assert.InRange(network.Refusals.GetValueOrDefault(TaskErrorCode.AlreadySettled), 0, network.Settled.Count);
        Assert.True(Casts[cast].Contains(Conduct.Crashing) || !network.Refusals.ContainsKey(TaskErrorCode.WindowClosed));
        network.Bank.VerifyConservation();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_is_lost_or_killed_nothing_is_submitted_twice_and_all_goes_on_when_the_faults_end(ulong seed)
    {
        var network = new SimulatedNetwork(
            seed, new Faults(LostRequests: 60, LostAnswers: 60, LostLooks: 100, Kills: 8), Casts[4][..7]);
        network.RunTo(4);
        network.Faults = new Faults();
        network.RunTo(10);

        Assert.DoesNotContain(TaskErrorCode.AlreadySubmitted, network.Refusals.Keys);
        Assert.DoesNotContain(TaskErrorCode.AlreadyVoted, network.Refusals.Keys);
        for (ulong number = 1; number <= 7; number++)
        {
            Assert.True(network.Settled.TryGetValue(new Round(number), out var round), $"Round {number} is not settled.");
            foreach (var node in network.Nodes.Where(node => node.Conduct is Conduct.Honest or Conduct.Lazy))
            {
                Assert.NotEqual(SubmissionOutcome.Slashed, round.Outcomes.GetValueOrDefault(node.Name));
                Assert.Single(ClosingsOf(node, number));
                if (number > 4)
                {
                    Assert.True(round.Rewards.ContainsKey(node.Name), $"Round {number}: {node.Conduct} {node.Name} got nothing.");
                }
            }
        }

        foreach (var node in network.Nodes)
        {
            var earned = network.Settled.Values.Aggregate(Lamports.Zero, (sum, round) => sum + EarnedBy(node, round));
            var unclaimed = network.Task.AvailableBalances.GetValueOrDefault(node.Name);
            Assert.True(unclaimed <= earned && unclaimed.Value * 4 <= earned.Value, $"{node.Name} has {unclaimed} of {earned} to claim.");
        }

        network.Bank.VerifyConservation();
    }

    [Fact]
    public void A_seed_repeats_every_step()
    {
        var faults = new Faults(LostRequests: 60, LostAnswers: 60, LostLooks: 100, Kills: 8);
        var first = new SimulatedNetwork(7, faults, Casts[3]);
        var second = new SimulatedNetwork(7, faults, Casts[3]);
        first.RunTo(4);
        second.RunTo(4);

        Assert.Equal(first.Trace, second.Trace);
    }

    private static Lamports EarnedBy(SimulatedNode node, TaskRoundInfo round) =>
        round.Rewards.GetValueOrDefault(node.Name) + round.AuditPay.GetValueOrDefault(node.Name)
        + round.SlashShares.GetValueOrDefault(node.Name);

    private static IEnumerable<JournalEntry> ClosingsOf(SimulatedNode node, ulong round) =>
        node.Journal.Where(entry => entry.Event is JournalEvent.RoundClosed && entry.Round == new Round(round));
}
