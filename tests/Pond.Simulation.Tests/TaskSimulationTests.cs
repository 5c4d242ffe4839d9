namespace Pond.Simulation.Tests;

public sealed class TaskSimulationTests
{
    [Fact]
    public void Honest_nodes_are_paid_in_every_round()
    {
        var result = Simulate(o => o.Nodes(5).Rounds(6)).AssertHonestWins();

        Assert.Equal(6, result.Rounds.Length);
        Assert.All(result.Rounds, round => Assert.Equal(5, round.Accepted));
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void Liars_are_slashed_and_nobody_else()
    {
        var result = Simulate(o => o.Nodes(9).Rounds(5).Liar(2)).AssertHonestWins();

        Assert.NotEqual(0, result.Lies);
        Assert.Equal(result.Lies, result.Rounds.Sum(round => round.LiesSlashed));
        Assert.Equal(0, result.Rounds.Sum(round => round.HonestSlashed));
    }

    [Fact]
    public void A_task_that_audits_nothing_pays_liars()
    {
        var result = TaskSimulation.Run<FlawedHashTask>(new SimulationOptions().Nodes(5).Rounds(3).Liar(1));

        Assert.NotEqual(0, result.LiesAccepted);
        Assert.Throws<SimulationException>(() => result.AssertHonestWins());
    }

    [Fact]
    public void The_same_seed_gives_the_same_trace_and_another_one_another()
    {
        var first = Simulate(o => o.Nodes(7).Rounds(4).Scenario("liar=1,crash=1,loss=2%,dup=2%,power=1%").Seed(7));
        var again = Simulate(o => o.Nodes(7).Rounds(4).Scenario("liar=1,crash=1,loss=2%,dup=2%,power=1%").Seed(7));
        var other = Simulate(o => o.Nodes(7).Rounds(4).Scenario("liar=1,crash=1,loss=2%,dup=2%,power=1%").Seed(8));

        Assert.Equal(first.TraceHash, again.TraceHash);
        Assert.False(string.Equals(first.TraceHash, other.TraceHash, StringComparison.Ordinal));
    }

    private static SimulationResult Simulate(Func<SimulationOptions, SimulationOptions> configure) =>
        TaskSimulation.Run<HashTask>(configure(new SimulationOptions()));
}
