using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Pond.Contracts.Rpc;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes;
using Pond.Server.Tasks;
using Pond.Server.Tests.Ledger;

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
        var nodes = new List<RunningNode>();
        foreach (var name in (string[])["ann", "ben", "cid", "liar"])
        {
            nodes.Add(await network.RunAsync(name, options => options with
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
        await network.UntilAsync("The lost stake", () => Task.FromResult(nodes[^1].Status.Stake < Lamports.FromKoii(5)));
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
        var node = await network.RunAsync("ann", options => options with
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
    public async Task A_task_that_cannot_start_says_why_and_leaves_nothing_open()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        var setup = await network.SetUpAsync("ann");
        await using var node = await NodeHost.StartAsync(setup.Node, TimeProvider.System, NullLogger<NodeHost>.Instance, CancellationToken.None);

        Assert.Equal("task-not-found", (await FailToAddAsync(node, setup.Task with { Task = LocalNetwork.OperatorOf("ann").PublicKey })).Code);
        Assert.Equal("stake-refused", (await FailToAddAsync(node, setup.Task with { Stake = Lamports.FromKoii(1_000) })).Code);
        Assert.Empty(node.Tasks);

        // Each try leaves the task's place free for the next one.
        var added = await node.AddTaskAsync(setup.Task with { StartTask = NeverAsync }, CancellationToken.None);
        Assert.Equal(TaskState.Starting, added.Status.Task);
        Assert.Equal("task-running", (await FailToAddAsync(node, setup.Task)).Code);
    }

    [Fact]
    public async Task Tasks_come_and_go_while_the_node_runs()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        using var http = new HttpClient();
        var other = await network.DeployAsync("bafkqaaa");
        var first = await network.RunAsync("ann", options => options with { StartTask = Fake });
        var second = await first.Host.AddTaskAsync(
            new NodeTaskOptions { Task = other.Task, StakingKey = LocalLedger.KeyOf("staking ann on another task"), StartTask = Fake }, CancellationToken.None);

        await network.UntilAsync("Pay by both tasks", () => Task.FromResult(
            first.Status.Earned > Lamports.Zero && second.Status.Earned > Lamports.Zero));
        Assert.Equal(2, first.Host.Tasks.Count);

        await second.DisposeAsync();
        Assert.Equal([first.Task], first.Host.Tasks);
        var again = await first.Host.AddTaskAsync(
            new NodeTaskOptions { Task = other.Task, StakingKey = LocalLedger.KeyOf("staking ann on another task"), StartTask = Fake }, CancellationToken.None);
        Assert.True(again.Status.Earned > Lamports.Zero);

        Task<ITaskRunner> Fake(ITaskServices services, Action<string> onLine, CancellationToken token) =>
            Task.FromResult<ITaskRunner>(new FakeRunner(services, http, network.Folder, isLiar: false));
    }

    [Fact]
    public async Task Without_a_box_a_strangers_program_is_refused_before_anything_is_staked_unless_the_operator_insists()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        var setup = await network.SetUpAsync("ann");
        await using var node = await NodeHost.StartAsync(
            setup.Node with { SandboxProblem = "There is no bubblewrap." }, TimeProvider.System, NullLogger<NodeHost>.Instance, CancellationToken.None);

        var refused = await FailToAddAsync(node, setup.Task);

        Assert.Equal("sandbox-missing", refused.Code);
        Assert.Contains("There is no bubblewrap.", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"--unboxed {setup.Task.Task}", refused.Fix, StringComparison.Ordinal);
        Assert.Equal(
            Lamports.FromKoii(20),
            await network.Ledger.Client.GetBalanceAsync(LocalNetwork.OperatorOf("ann").PublicKey, Commitment.Processed, CancellationToken.None));
        var insisted = await node.AddTaskAsync(setup.Task with { IsUnboxed = true }, CancellationToken.None);
        Assert.Equal(setup.Task.Task, insisted.Id);
    }

    private static async Task<ITaskRunner> NeverAsync(ITaskServices services, Action<string> onLine, CancellationToken token)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        throw new InvalidOperationException("Never.");
    }

    private static async Task<PondException> FailToAddAsync(NodeHost node, NodeTaskOptions options) =>
        await Assert.ThrowsAsync<PondException>(() => node.AddTaskAsync(options, CancellationToken.None));
}
