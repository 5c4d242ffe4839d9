using Microsoft.Extensions.Logging.Abstractions;
using Pond.Client.Deployment;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.LocalNetworks;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Tasks;

namespace Pond.Server.Tests.LocalNetworks;

/// <summary>A whole local network in the test's process, on ports that nobody else has.</summary>
public sealed class LocalNetworkHostTests : IDisposable
{
    /// <summary>Far more than anything here takes on an idle machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly LocalNetworkSettings Settings = new() { Nodes = 2, RpcPort = 0, GatewayPort = 0, StoreRpcPort = 0, NodePort = 0 };

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _patience = new(Patience, TimeProvider.System);

    private LocalNetworkHome Home => new(_folder.Root);

    public void Dispose()
    {
        _patience.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_network_goes_on_with_its_state_and_its_ports_and_runs_once()
    {
        LocalNetworkState first;
        await using (var network = await StartAsync(Settings))
        {
            first = Assert.IsType<LocalNetworkState>(Home.FindRunning());
            Assert.Equal(network.State.Rpc, first.Rpc);
            Assert.Equal(["node-1", "node-2"], first.Nodes.Select(node => node.Name), StringComparer.Ordinal);
            Assert.Equal(10, first.Accounts.Length);
            Assert.Equal("network-running", (await Assert.ThrowsAsync<PondException>(() => StartAsync(Settings))).Code);
        }

        Assert.Null(Home.FindRunning());
        Assert.Equal(Settings, Home.ReadSettings());
        await using var again = await StartAsync(Home.ReadSettings() with { Nodes = 3 });
        Assert.Equal(first.Rpc, again.State.Rpc);
        Assert.Equal<LocalNodePlace>(first.Nodes, again.State.Nodes[..2]);
        Assert.Equal("genesis-fixed", await CodeOfAsync(again, () => StartAsync(Settings, slotMs: 77)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(51, 0)]
    [InlineData(2, 65_530)]
    public async Task Settings_that_nothing_can_be_made_of_are_refused(int nodes, int nodePort) => Assert.Equal(
        "option-out-of-range",
        (await Assert.ThrowsAsync<PondException>(() => StartAsync(Settings with { Nodes = nodes, NodePort = nodePort }))).Code);

    [Fact]
    public async Task A_taken_port_is_named_with_its_option()
    {
        await using var network = await StartAsync(Settings);
        using var other = new TemporaryFolder();

        var refused = await Assert.ThrowsAsync<PondException>(() => LocalNetworkHost.StartAsync(
            new LocalNetworkHome(other.Root), Settings with { RpcPort = network.State.Rpc.Port }, null, TimeProvider.System, NullLoggerFactory.Instance, _patience.Token));

        Assert.Equal("port-in-use", refused.Code);
        Assert.Contains("--rpc", refused.Fix, StringComparison.Ordinal);
        Assert.Null(new LocalNetworkHome(other.Root).FindRunning());
    }

    [Fact]
    public async Task Nodes_run_what_is_activated_and_a_program_that_is_being_developed_is_reloaded()
    {
        await using var network = await StartAsync(Settings);
        using var http = new HttpClient();
        var client = new LedgerClient(http, network.State.Rpc, TimeProvider.System, new LedgerClientOptions());
        var program = Path.Combine(network.State.Executables, "main");
        CopyFolder(TaskRun.Bundle, program);
        var task = await DeployAsync(client, "DEVELOPMENT", "main");

        await UntilAsync(network, "Both nodes at work", nodes => nodes.Count(node => node.State is "running") == 2);
        await UntilAsync(client, task, "A paid round", round => round.Payout is PayoutRecord.PayoutSuccessful && round.Rewards.Count == 2);
        var stakes = (await client.GetTaskAsync(task, Commitment.Confirmed, _patience.Token))!.Stakes;
        Assert.Equal(network.Report().Select(node => node.StakingKey).Order(), stakes.Keys);

        await File.WriteAllTextAsync(Path.Combine(program, "changed.txt"), "changed", _patience.Token);
        await UntilAsync(network, "The changed program in its copy", nodes => nodes.All(node =>
            node.State is "running" && File.Exists(Path.Combine(_folder.Root, "nodes", node.Node, "executables", "development-main", "changed.txt"))));

        File.Delete(Path.Combine(program, Path.GetFileName(Directory.GetFiles(program, "*.runtimeconfig.json")[0])));
        await UntilAsync(network, "A broken program", nodes => nodes.All(node => node.State is "waiting" or "failed"));
        CopyFolder(TaskRun.Bundle, program);
        await UntilAsync(network, "The mended program", nodes => nodes.All(node => node.State is "running"));
    }

    [Fact]
    public async Task A_task_that_a_node_can_not_run_is_reported_with_the_reason()
    {
        await using var network = await StartAsync(Settings);
        using var http = new HttpClient();
        var client = new LedgerClient(http, network.State.Rpc, TimeProvider.System, new LedgerClientOptions());

        await DeployAsync(client, "DEVELOPMENT", "nothing");

        await UntilAsync(network, "The reason", nodes => nodes.Length == 2 && nodes.All(node =>
            node.State is "refused" && node.Problem!.StartsWith("bundle-missing", StringComparison.Ordinal)));
    }

    private Task<LocalNetworkHost> StartAsync(LocalNetworkSettings settings, int? slotMs = null) => LocalNetworkHost.StartAsync(
        Home,
        settings,
        slotMs is { } given ? TimeSpan.FromMilliseconds(given) : Directory.Exists(Home.Ledger) ? null : TimeSpan.FromMilliseconds(50),
        TimeProvider.System,
        NullLoggerFactory.Instance,
        _patience.Token);

    private static async Task<string> CodeOfAsync(LocalNetworkHost running, Func<Task> start)
    {
        await running.DisposeAsync();
        return (await Assert.ThrowsAsync<PondException>(start)).Code;
    }

    private async Task<Pubkey> DeployAsync(LedgerClient client, string network, string executable)
    {
        await using var sender = new TransactionSender(client, TimeProvider.System, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(25) });
        var plan = new TaskPlan
        {
            Name = "test",
            Description = "A task for tests",
            Executable = executable,
            ExecutableNetwork = network,
            Metadata = "metadata.json",
            Variables = "class=A;fallback=none",
            InitialBounty = Lamports.FromKoii(100),
            FurtherBounty = Lamports.Zero,
            BountyPerRound = Lamports.FromKoii(1),
            RoundTime = 60,
            SubmissionWindow = 20,
            AuditWindow = 20,
            MinimumStake = Lamports.FromKoii(2),
            AllowedFailedDistributions = 3,
            SpaceBytes = 100_000,
        };
        return (await new TaskDeployer(client, sender, LocalLedger.NewSeed).DeployAsync(LocalNetworkFolder.FundedAccount(0), plan, _patience.Token)).Task;
    }

    private async Task UntilAsync(LocalNetworkHost network, string what, Func<LocalNodeTask[], bool> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        try
        {
            while (!isSo([.. network.Report()]))
            {
                await timer.WaitForNextTickAsync(_patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{what} did not come about.\n{string.Join('\n', network.Report())}");
        }
    }

    private async Task UntilAsync(LedgerClient client, Pubkey task, string what, Func<TaskRoundInfo, bool> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            var info = (await client.GetTaskAsync(task, Commitment.Processed, _patience.Token))!;
            var current = info.RoundAt(await client.GetSlotAsync(Commitment.Processed, _patience.Token)).Value;
            for (var number = current - Math.Min(current, 4); number <= current; number++)
            {
                if ((await client.GetTaskRoundAsync(task, new Round(number), Commitment.Processed, _patience.Token)).Value is { } round && isSo(round))
                {
                    return;
                }
            }

            Assert.True(current < 200, $"{what} did not come about.");
            await timer.WaitForNextTickAsync(_patience.Token);
        }
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target, overwrite: true);
        }
    }
}
