using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Pond.Contracts.Rpc;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes;

namespace Pond.Server.Tests.Nodes;

/// <summary>Whole nodes against a real ledger: sockets, signatures, disks. They wait for events and not for times.</summary>
public sealed class NodeHostTests
{
    [Fact]
    public async Task Honest_nodes_are_paid_and_claim_and_the_liar_is_slashed()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        using var http = new HttpClient();
        var journal = new ConcurrentQueue<JournalEntry>();
        var nodes = new List<NodeHost>();
        foreach (var name in (string[])["ann", "ben", "cid", "liar"])
        {
            var options = await network.OptionsForAsync(name);
            nodes.Add(await network.RunAsync(options with
            {
                StartTask = (services, _, _) => Task.FromResult<ITaskRunner>(
                    new FakeRunner(services, http, network.Folder, isLiar: name is "liar")),
                OnJournal = entry => journal.Enqueue(name is "ann" ? entry : entry with { Event = JournalEvent.None }),
            }));
        }

        var liar = nodes[^1].StakingKey;
        var honest = nodes[..^1].Select(node => node.StakingKey).ToList();
        // Not necessarily in one round: who stakes first may meet the liar before the others are there, and a slashed liar is out.
        await network.UntilAsync("Rounds in which all the honest are paid and the liar is slashed", async () =>
        {
            var settled = (await network.ReadRoundsAsync()).Where(round => round.Payout is PayoutRecord.PayoutSuccessful).ToList();
            return settled.Exists(round => honest.TrueForAll(round.Rewards.ContainsKey))
                && settled.Exists(round => round.Slashes.ContainsKey(liar));
        });

        var rounds = await network.ReadRoundsAsync();
        Assert.All(rounds, round => Assert.DoesNotContain(honest, round.Slashes.ContainsKey));
        Assert.All(rounds, round => Assert.False(round.Rewards.ContainsKey(liar)));

        await network.UntilAsync("A claim by every honest node", () => Task.FromResult(nodes[..^1].TrueForAll(node =>
            node.Status is { Claimed.Value: > 0 } status && status.Earned >= status.Claimed)));
        Assert.True(await network.Ledger.Client.GetBalanceAsync(
            LocalNetwork.OperatorOf("ann").PublicKey, Commitment.Processed, CancellationToken.None) > Lamports.FromKoii(15));
        Assert.True(nodes[^1].Status.Stake < Lamports.FromKoii(5));
        Assert.Contains(journal, entry => entry is { Event: JournalEvent.RoundClosed, Reason: RoundReason.None, Earned.Value: > 0 });
        await network.UntilAsync("The liar's reason", () => Task.FromResult(
            nodes[^1].Status.Rounds.Any(round => round.Reason is RoundReason.Slashed && round.Lost > Lamports.Zero)));
    }

    [Fact]
    public async Task A_crashed_task_is_started_again()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        using var http = new HttpClient();
        var runners = new ConcurrentQueue<FakeRunner>();
        var node = await network.RunAsync(await network.OptionsForAsync("ann") with
        {
            StartTask = (services, _, _) =>
            {
                var runner = new FakeRunner(services, http, network.Folder, isLiar: false);
                runners.Enqueue(runner);
                return Task.FromResult<ITaskRunner>(runner);
            },
        });
        await network.UntilAsync("The first start", () => Task.FromResult(node.Status.Task is TaskState.Running));

        Assert.True(runners.TryPeek(out var first));
        first.Crash();
        await network.UntilAsync("The second start", () => Task.FromResult(node.Status is { Restarts: 1, Task: TaskState.Running }));

        // Alone in its rounds, it is accepted unaudited, and paid.
        await network.UntilAsync("A paid round", () => Task.FromResult(node.Status.Earned > Lamports.Zero));
    }

    [Fact]
    public async Task A_node_that_cannot_start_says_why_and_leaves_nothing_open()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        var options = await network.OptionsForAsync("ann");
        var missing = options with { Task = LocalNetwork.OperatorOf("ann").PublicKey };
        var poor = options with { Stake = Lamports.FromKoii(1_000) };

        Assert.Equal("task-not-found", (await FailToStartAsync(missing)).Code);
        Assert.Equal("stake-refused", (await FailToStartAsync(poor)).Code);

        // Each try leaves the store free for the next one.
        Assert.Equal(TaskState.Starting, (await network.RunAsync(options with
        {
            StartTask = async (_, _, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                throw new InvalidOperationException("Never.");
            },
        })).Status.Task);
    }

    private static async Task<PondException> FailToStartAsync(NodeHostOptions options) =>
        await Assert.ThrowsAsync<PondException>(() => NodeHost.StartAsync(
            options, TimeProvider.System, NullLogger<NodeHost>.Instance, CancellationToken.None));
}
