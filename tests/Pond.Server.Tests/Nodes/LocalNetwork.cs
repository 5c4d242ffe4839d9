using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pond.Client.Deployment;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Ledger;

namespace Pond.Server.Tests.Nodes;

/// <summary>A real ledger on fast slots with a task, and nodes that talk to it and to each other over sockets.</summary>
internal sealed class LocalNetwork : IAsyncDisposable
{
    /// <summary>
    /// Far more than a network needs on an idle machine: a round is 2 seconds, and the nodes have as many rounds as fit into this.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly List<NodeHost> _nodes = [];

    private LocalNetwork(LocalLedger ledger) => Ledger = ledger;

    internal LocalLedger Ledger { get; }

    internal TaskInfo Task { get; private set; } = null!;

    internal string Folder => _folder.Root;

    internal static async Task<LocalNetwork> StartAsync(
        string executable, string metadata = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy")
    {
        var network = new LocalNetwork(await LocalLedger.StartAsync());
        var seeds = 0;
        var deployer = new TaskDeployer(
            network.Ledger.Client,
            network.Ledger.Sender,
            () => SHA256.HashData(Encoding.UTF8.GetBytes($"seed {seeds++}")));
        network.Task = await deployer.DeployAsync(
            LocalLedger.Faucet,
            new TaskPlan
            {
                Name = "test",
                Description = "A task for tests",
                Executable = executable,
                Metadata = metadata,
                Variables = "class=A;fallback=none",
                InitialBounty = Lamports.FromKoii(1000),
                FurtherBounty = Lamports.Zero,
                BountyPerRound = Lamports.FromKoii(10),
                RoundTime = 48,
                SubmissionWindow = 16,
                AuditWindow = 12,
                MinimumStake = Lamports.FromKoii(5),
                AllowedFailedDistributions = 3,
                SpaceBytes = 1_000_000,
            },
            CancellationToken.None);
        return network;
    }

    internal static Keypair OperatorOf(string name) => LocalLedger.KeyOf($"operator {name}");

    /// <summary>What a node of that name is started with; its operator has money.</summary>
    internal async Task<NodeHostOptions> OptionsForAsync(string name)
    {
        await Ledger.FundAsync(OperatorOf(name).PublicKey, Lamports.FromKoii(20));
        return new NodeHostOptions
        {
            DataFolder = Path.Combine(Folder, name),
            Ledger = Ledger.Host.Endpoint,
            Operator = OperatorOf(name),
            StakingKey = LocalLedger.KeyOf($"staking {name}"),
            Task = Task.Task,
            Sandbox = null,
            AllowsPrivateAddresses = true,
            PollInterval = TimeSpan.FromMilliseconds(20),
        };
    }

    internal async Task<NodeHost> RunAsync(NodeHostOptions options)
    {
        var node = await NodeHost.StartAsync(options, TimeProvider.System, NullLogger<NodeHost>.Instance, CancellationToken.None);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Looks at the ledger with every block until it shows what is waited for.</summary>
    internal async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            await foreach (var _ in Ledger.Host.ReadBlocksAsync(patience.Token))
            {
                foreach (var node in _nodes)
                {
                    if (node.Completion.IsFaulted)
                    {
                        await node.Completion;
                    }
                }

                if (await isSo())
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            var reports = _nodes.Select(node => string.Join(
                '\n', node.Status.Rounds.SelectMany(round => node.ReadJournal(round.Round)).Select(entry => $"  {entry}").Prepend($"{node.Status}")));
            Assert.Fail($"{what} did not come about.\n{string.Join('\n', reports)}");
        }
    }

    internal async Task<List<TaskRoundInfo>> ReadRoundsAsync()
    {
        var slot = await Ledger.Client.GetSlotAsync(Contracts.Rpc.Commitment.Processed, CancellationToken.None);
        var rounds = new List<TaskRoundInfo>();
        for (var round = new Round(0); round <= Task.RoundAt(slot); round += 1)
        {
            var answer = await Ledger.Client.GetTaskRoundAsync(
                Task.Task, round, Contracts.Rpc.Commitment.Processed, CancellationToken.None);
            if (answer.Value is { } info)
            {
                rounds.Add(info);
            }
        }

        return rounds;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await Ledger.DisposeAsync();
        _folder.Dispose();
    }
}
