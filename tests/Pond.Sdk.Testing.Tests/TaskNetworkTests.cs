using Pond.Primitives.Tasks;

namespace Pond.Sdk.Testing.Tests;

public sealed class TaskNetworkTests
{
    [Fact]
    public async Task Honest_nodes_are_paid_a_liar_is_slashed_and_a_failed_expectation_shows_what_happened()
    {
        await using var net = await TaskNetwork.StartAsync<EchoTask>(o => o.Nodes(4).Plus<LyingEchoTask>());
        var (honest, liar) = (net.Running<EchoTask>(), net.Running<LyingEchoTask>().Single());

        var round = await net.UntilAsync("a round pays the four and slashes the liar", round => round.Paid.Length == 4 && round.Info.Slashes.Count > 0);

        round.AssertPaid(honest).AssertOutcome(liar, SubmissionOutcome.Slashed).AssertSlashed(liar);
        Assert.Equal("hi", await honest[0].Http.GetStringAsync("echo/hi"));
        var failure = Assert.Throws<TaskNetworkException>(round.AssertAllPaid);
        Assert.StartsWith(
            $"Expected that round {round.Round} pays EchoTask 1, EchoTask 2, EchoTask 3, EchoTask 4, LyingEchoTask 5; it paid EchoTask 1,",
            failure.Message,
            StringComparison.Ordinal);
        Assert.Contains("'a lie'", failure.Trace, StringComparison.Ordinal);
        Assert.Contains("task: works on", failure.Trace, StringComparison.Ordinal);
        Assert.Contains("VerdictGiven", failure.Trace, StringComparison.Ordinal);
    }
}
