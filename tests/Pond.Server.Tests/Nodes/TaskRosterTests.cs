using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Pond.Client.Ledger;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.Nodes;
using Pond.Server.Tests.Ledger;

namespace Pond.Server.Tests.Nodes;

/// <summary>Tasks that are paused, run out of money, and move, on a real ledger: the node waits, goes on, and follows.</summary>
public sealed class TaskRosterTests
{
    [Fact]
    public async Task A_paused_task_is_gone_on_with_when_it_is_activated_again()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        using var http = new HttpClient();
        var node = await network.RunAsync("ann", options => options with { StartTask = FakeIn(network, http) });
        await network.UntilAsync("A paid round", () => Task.FromResult(node.Status.Earned > Lamports.Zero));

        await ActivateAsync(network, isActive: false);
        await network.UntilAsync("A round that is missed for it", () => Task.FromResult(
            node.Status.Pause is RoundReason.TaskInactive && node.Status.Rounds.Any(round => round.Reason is RoundReason.TaskInactive)));
        var paused = node.Status.Round;
        await ActivateAsync(network, isActive: true);

        await network.UntilAsync("A paid round after it", () => Task.FromResult(
            node.Status is { Pause: RoundReason.None } status && status.Rounds.Any(round => round.Round > paused && round.Earned > Lamports.Zero)));
    }

    [Fact]
    public async Task A_task_that_is_inactive_when_the_node_starts_is_staked_on_and_worked_for_when_it_is_activated()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        using var http = new HttpClient();
        await ActivateAsync(network, isActive: false);

        var node = await network.RunAsync("ann", options => options with { StartTask = FakeIn(network, http) });
        Assert.Equal((RoundReason.TaskInactive, Lamports.Zero), (node.Status.Pause, node.Status.Stake));
        await ActivateAsync(network, isActive: true);

        await network.UntilAsync("A paid round", () => Task.FromResult(node.Status.Earned > Lamports.Zero));
    }

    [Fact]
    public async Task A_task_whose_bounty_is_used_up_is_gone_on_with_when_it_is_funded()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        using var http = new HttpClient();
        // Enough for two rounds.
        var poor = await network.DeployAsync("bafkqaaa", initialBounty: Lamports.FromKoii(20));
        var node = await network.RunAsync("ann", options => options with { Task = poor.Task, StartTask = FakeIn(network, http) });
        await network.UntilAsync("A round that is left out", () => Task.FromResult(
            node.Status.Pause is RoundReason.BountyUsedUp && node.Status.Rounds.Any(round => round.Reason is RoundReason.BountyUsedUp)));
        var before = node.Status;

        var funder = LocalLedger.KeyOf("funder");
        await network.Ledger.FundAsync(funder.PublicKey, Lamports.FromKoii(101));
        await SendAsync(network, new TaskInstruction.FundTask(Lamports.FromKoii(100)).ToInstruction(poor.Task, funder.PublicKey, poor.StakePot), funder);

        await network.UntilAsync("More pay", () => Task.FromResult(
            node.Status is { Pause: RoundReason.None } status && status.Rounds.Any(round => round.Round > before.Round && round.Earned > Lamports.Zero)));
    }

    [Fact]
    public async Task A_task_that_moves_is_followed_and_stake_and_pay_of_the_old_one_are_brought_home()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        using var http = new HttpClient();
        var setup = await network.SetUpAsync("ann");
        await using var host = await NodeHost.StartAsync(setup.Node, TimeProvider.System, NullLogger<NodeHost>.Instance, CancellationToken.None);
        var news = new ConcurrentQueue<(Pubkey Task, string News)>();
        await using var roster = new TaskRoster(
            host,
            network.Ledger.Client,
            info => new NodeTaskOptions
            {
                Task = info.Task,
                StakingKey = StakingKeys.Of(setup.Node.Operator, info.Task),
                StartTask = FakeIn(network, http),
            },
            (task, said) => news.Enqueue((task, said)),
            TimeProvider.System);
        roster.Add(network.Task.Task);
        await network.UntilAsync("A paid round", () => Task.FromResult(host.Tasks is [{ Status.Earned.Value: > 0 }]));
        var scratch = Path.Combine(setup.Node.DataFolder, "tasks", $"{network.Task.Task}", "home", TaskRuntime.FolderName, "scratch");
        Directory.CreateDirectory(Path.GetDirectoryName(scratch)!);
        await File.WriteAllTextAsync(scratch, "can be made anew");

        var next = await MoveAsync(network);

        await network.UntilAsync("Pay by the new task", () => Task.FromResult(
            host.Tasks.Any(task => task.Id == next && task.Status.Earned > Lamports.Zero)));
        await network.UntilAsync("The end of the old one", async () =>
            host.Tasks.All(task => task.Id == next)
            && await network.Ledger.Client.GetTaskAsync(network.Task.Task, Contracts.Rpc.Commitment.Processed, CancellationToken.None)
                is { TotalStake.Value: 0 } old && old.AvailableBalances.All(balance => balance.Value == Lamports.Zero));
        await network.UntilAsync("An empty runtime", () => Task.FromResult(!File.Exists(scratch)));
        Assert.Contains(news, entry => entry.Task == network.Task.Task && entry.News.Contains($"has moved to {next}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_can_not_be_run_is_told_once_and_tried_again()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        var setup = await network.SetUpAsync("ann");
        await using var host = await NodeHost.StartAsync(setup.Node, TimeProvider.System, NullLogger<NodeHost>.Instance, CancellationToken.None);
        var news = new ConcurrentQueue<string>();
        var asked = 0;
        await using var roster = new TaskRoster(
            host,
            network.Ledger.Client,
            info =>
            {
                asked++;
                return setup.Task with { Stake = Lamports.FromKoii(1_000) };
            },
            (_, said) => news.Enqueue(said),
            TimeProvider.System);

        roster.Add(network.Task.Task);
        roster.Add(network.Task.Task);

        await network.UntilAsync("A second try", () => Task.FromResult(asked >= 2));
        Assert.Contains("stake-refused", Assert.Single(news), StringComparison.Ordinal);
    }

    private static TaskStarter FakeIn(LocalNetwork network, HttpClient http) =>
        (services, _, _) => Task.FromResult<ITaskRunner>(new FakeRunner(services, http, network.Folder, isLiar: false));

    private static Task ActivateAsync(LocalNetwork network, bool isActive) => SendAsync(
        network, new TaskInstruction.SetActive(isActive).ToInstruction(network.Task.Task, LocalLedger.Faucet.PublicKey));

    private static async Task SendAsync(LocalNetwork network, Instruction instruction, params Keypair[] signers) =>
        Assert.IsType<TransactionOutcome.Confirmed>(
            await network.Ledger.Sender.SendAsync(LocalLedger.Faucet, [instruction], [.. signers], CancellationToken.None));

    private static async Task<Pubkey> MoveAsync(LocalNetwork network)
    {
        var (old, task, creator) = (network.Task, LocalLedger.KeyOf("the new task"), LocalLedger.Faucet.PublicKey);
        var seed = 0;
        var pot = ProgramAddress.FindStakePot(() => LocalLedger.KeyOf($"pot {seed++}").PublicKey.ToArray());
        var settings = new TaskInstruction.CreateTask
        {
            Name = "moved",
            Description = old.Description,
            Executable = old.Executable,
            ExecutableNetwork = old.ExecutableNetwork,
            TotalBounty = old.TotalBounty,
            BountyPerRound = old.BountyPerRound,
            RoundTime = old.RoundTime,
            AuditWindow = old.AuditWindow,
            SubmissionWindow = old.SubmissionWindow,
            MinimumStake = old.MinimumStake,
            Metadata = old.Metadata,
            Variables = old.Variables,
            AllowedFailedDistributions = old.AllowedFailedDistributions,
        };
        var rent = await network.Ledger.Client.GetMinimumBalanceForRentExemptionAsync(1_000_000, CancellationToken.None);
        Assert.IsType<TransactionOutcome.Confirmed>(await network.Ledger.Sender.SendAsync(
            LocalLedger.Faucet,
            [
                new SystemInstruction.CreateAccount(rent + new Lamports(1_000_000), 1_000_000, ProgramIds.Task).ToInstruction(creator, task.PublicKey),
                new SystemInstruction.Transfer(new Lamports(10_000_000)).ToInstruction(creator, pot),
                new TaskInstruction.UpdateTask(settings).ToInstruction(creator, old.Task, old.StakePot, task.PublicKey, pot),
                new TaskInstruction.SetActive(true).ToInstruction(task.PublicKey, creator),
            ],
            [task],
            CancellationToken.None));
        return task.PublicKey;
    }
}
