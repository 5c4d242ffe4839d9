using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Simulation.Adversaries;

namespace Pond.Simulation.Tests;

public sealed class AdversaryTests
{
    public static TheoryData<string> Words => [.. Scenario.Words];

    [Theory]
    [MemberData(nameof(Words))]
    public void Two_of_nine_break_nothing_whatever_they_do(string word)
    {
        var result = TaskSimulation.Run<HashTask>(
            new SimulationOptions().Nodes(9).Rounds(3).Scenario($"{word}=2").Seed(11).Signatures(Ledger.SignatureKind.KeyedHash)).AssertHonestWins();

        Assert.Equal(3, result.Rounds.Length);
        Assert.Equal(0, result.Rounds.Sum(round => round.HonestSlashed));
        Assert.True(result.Rounds[0].Groups.ContainsKey(word));
    }

    [Fact]
    public void Lazy_auditors_are_paid_and_what_they_saved_is_told()
    {
        var result = TaskSimulation.Run<HashTask>(new SimulationOptions().Nodes(9).Rounds(3).Lazy(2)).AssertHonestWins();

        Assert.True(result.SavedCalls["lazy"] > 0);
    }

    [Fact]
    public void An_authors_own_adversary_stands_between_its_task_and_the_network()
    {
        var result = TaskSimulation.Run<HashTask>(new SimulationOptions().Nodes(5).Rounds(3).With(1, () => new Shouter()));

        // Away in round 2, when the first is submitted; slashed for the second, and without the stake for a third.
        Assert.Single(result.Rounds, round => round.Groups["shouter"].Submissions == 1);
        Assert.Equal(0, result.LiesAccepted);
    }

    // Hands in its result in capitals.
    private sealed class Shouter : Adversary
    {
        public override string Group => "shouter";

        public override bool IsPresent(AdversaryView view, Round current) => current.Value != 2;

        public override string? Submit(AdversaryView view, Round round, string? honest) => honest?.ToUpperInvariant();

        public override Verdict? Audit(AdversaryView view, Round round, Pubkey candidate, Verdict? honest) => honest;
    }
}
