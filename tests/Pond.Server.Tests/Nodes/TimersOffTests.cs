using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes;
using Pond.Server.Tests.Tasks.JavaScript;

namespace Pond.Server.Tests.Nodes;

/// <summary>A node without timers: whoever develops a task calls its phases by hand, and the ledger says whether it was in time.</summary>
public sealed class TimersOffTests
{
    [Fact]
    public async Task Phases_are_called_by_hand_and_the_ledger_says_when_the_window_is()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa", variables: "");
        var setup = await network.SetUpAsync("ann");
        var node = await network.RunAsync(new(
            setup.Node with { HasTimers = false },
            setup.Task with { ExecutableOverride = Bundles.Of("task-manager") }));
        var windows = network.Task.Windows;
        await network.UntilAsync("A round", () => Task.FromResult(node.Status.Round.Value >= 1));

        var current = node.Status.Round;
        Assert.True((await node.Task.CallByHandAsync(TaskPhase.Execute, current, CancellationToken.None)).Outcome.IsDone);
        var early = (await node.Task.CallByHandAsync(TaskPhase.Submit, current + 5, CancellationToken.None)).Actions;
        // Nothing was worked in that round, so nothing was handed over; and of the other one the window is not open yet.
        Assert.Empty(early);
        Assert.True((await node.Task.CallByHandAsync(TaskPhase.Execute, current + 50, CancellationToken.None)).Outcome.IsDone);
        var refused = Assert.Single((await node.Task.CallByHandAsync(TaskPhase.Submit, current + 50, CancellationToken.None)).Actions);
        Assert.Null(refused.Signature);
        Assert.Contains(
            $"Submissions for round {current + 50} are taken from slot {windows.SubmissionsFrom(current + 50)} to {windows.LastSubmission(current + 50)}",
            refused.Error,
            StringComparison.Ordinal);

        Round submitted = default;
        await network.UntilAsync("A submission by hand in its window", async () =>
        {
            var round = new Round(node.Status.Round.Value - 1);
            await node.Task.CallByHandAsync(TaskPhase.Execute, round, CancellationToken.None);
            var actions = (await node.Task.CallByHandAsync(TaskPhase.Submit, round, CancellationToken.None)).Actions;
            submitted = round;
            return actions is [{ Name: "SubmitTask", Signature: not null, Error: null }];
        });

        // The same by the socket that pond task call uses.
        var call = await HandCall.SendAsync(setup.Node.DataFolder, network.Task.Task, "execute", submitted, CancellationToken.None);
        Assert.Equal((true, null, 0), (call.IsDone, call.Error, call.Actions.Length));
        Assert.Equal("phase-unknown", (await Assert.ThrowsAsync<PondException>(
            () => HandCall.SendAsync(setup.Node.DataFolder, network.Task.Task, "nap", submitted, CancellationToken.None))).Code);
        Assert.Equal("task-not-running", (await Assert.ThrowsAsync<PondException>(
            () => HandCall.SendAsync(setup.Node.DataFolder, node.StakingKey, "audit", submitted, CancellationToken.None))).Code);
        Assert.Equal("node-unreachable", (await Assert.ThrowsAsync<PondException>(
            () => HandCall.SendAsync(network.Folder, network.Task.Task, "audit", submitted, CancellationToken.None))).Code);

        // Nobody else does anything: the round waits until it is told to pay.
        await network.UntilAsync("The end of its windows", () => Task.FromResult(node.Status.Slot > windows.PayoutFrom(submitted, 0)));
        Assert.False((await network.ReadRoundsAsync()).Single(round => round.Round == submitted).IsSettled);
        var payout = await node.Task.CallByHandAsync(phase: null, submitted, CancellationToken.None);
        Assert.Equal("Payout", Assert.Single(payout.Actions).Name);
    }

    [Fact]
    public async Task A_node_with_timers_is_not_called_by_hand()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa", variables: "");
        var node = await network.RunAsync("ann", options => options with { ExecutableOverride = Bundles.Of("task-manager") });

        Assert.Equal("timers-on", (await Assert.ThrowsAsync<PondException>(
            () => node.Task.CallByHandAsync(TaskPhase.Execute, new Round(0), CancellationToken.None))).Code);
    }
}
