using Pond.Primitives;
using Pond.Simulation.Adversaries;

namespace Pond.Simulation.Tests;

public sealed class ScenarioTests
{
    [Theory]
    [InlineData("")]
    [InlineData("liar=5,offline=3")]
    [InlineData("liar=20%,loss=2%,dup=0.5%,partition=10%,power=1%,disk=3%")]
    public void What_is_read_is_written_as_it_was(string text) => Assert.Equal(text, Scenario.Parse(text).ToString());

    [Theory]
    [InlineData("robber=1", "nothing is called so")]
    [InlineData("liar=x", "the amount")]
    [InlineData("liar=-1", "the amount")]
    [InlineData("liar=1.5", "whole nodes")]
    [InlineData("liar=101%", "the amount")]
    [InlineData("loss=5", "a share")]
    public void What_is_no_scenario_is_refused_with_the_words_that_there_are(string text, string why)
    {
        var refusal = Assert.Throws<PondException>(() => Scenario.Parse(text));

        Assert.Equal("scenario-invalid", refusal.Code);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("withholder", refusal.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_of_the_nodes_is_at_least_one_of_them()
    {
        Assert.Equal(10, Scenario.Parse("liar=20%").Nodes[0].Of(50));
        Assert.Equal(1, Scenario.Parse("liar=20%").Nodes[0].Of(3));
        Assert.Equal(0, Scenario.Parse("liar=0%").Nodes[0].Of(3));
    }

    [Fact]
    public void More_dishonest_nodes_than_there_are_is_refused() => Assert.Equal(
        "too-few-nodes",
        Assert.Throws<PondException>(() => TaskSimulation.Run<HashTask>(new SimulationOptions().Nodes(3).Scenario("liar=4"))).Code);
}
