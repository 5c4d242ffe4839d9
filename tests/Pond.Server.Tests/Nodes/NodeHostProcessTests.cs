using System.Net;
using Pond.Node;
using Pond.Server.Content;
using Pond.Server.Nodes;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Tasks;
using Pond.Store.UnixFs;

namespace Pond.Server.Tests.Nodes;

/// <summary>Nodes with a real bundle as a real process. In a class of its own, so that it runs beside the others.</summary>
public sealed class NodeHostProcessTests
{
    [Fact]
    public async Task A_verified_bundle_runs_as_a_process_survives_a_restart_of_the_node_and_is_paid()
    {
        using var folder = new TemporaryFolder();
        using var creator = new ContentStore(folder.At("creator"));
        var bundle = FolderImporter.Import(TaskRun.Bundle, creator.Blocks, UnixFsProfile.V1Of2025, CancellationToken.None);
        await using var content = await ContentHost.StartAsync(creator.Blocks, IPAddress.Loopback, port: 0, CancellationToken.None);
        await using var network = await LocalNetwork.StartAsync(bundle.Root.ToString());
        var all = new List<NodeSetup>();
        foreach (var name in (string[])["ann", "ben", "cid"])
        {
            var setup = await network.SetUpAsync(name);
            all.Add(setup with { Node = setup.Node with { ContentSources = [content.Endpoint] } });
        }

        var nodes = await Task.WhenAll(all.Select(network.RunAsync));
        await network.UntilAsync("Work in progress", () => Task.FromResult(
            nodes[0].Status.Rounds.Any(round => round.Work is WorkState.Done)));
        var stake = nodes[0].Status.Stake;
        await nodes[0].DisposeAsync();
        var again = await network.RunAsync(all[0]);

        await network.UntilAsync("A round in which all three are paid", async () =>
            (await network.ReadRoundsAsync()).Any(round => round.Rewards.Count == 3));
        // Its gateway has another port, and only a stake can say so.
        Assert.InRange(again.Status.Stake.Value, stake.Value, stake.Value + 1);
        await network.UntilAsync("The task runs", () => Task.FromResult(again.Status is { LastLine: not null, Task: TaskState.Running }));

        // A slow machine may miss an audit now and then, but not in every round.
        JournalEvent[] whole =
        [
            JournalEvent.WorkStarted, JournalEvent.WorkDone, JournalEvent.SubmissionProduced, JournalEvent.SubmissionAccepted,
            JournalEvent.VerdictGiven, JournalEvent.VerdictAccepted, JournalEvent.RoundClosed,
        ];
        await network.UntilAsync("A whole round in the journal", () => Task.FromResult(again.Status.Rounds.Any(round =>
            again.ReadJournal(round.Round).Select(entry => entry.Event).ToHashSet().IsSupersetOf(whole))));
    }
}
