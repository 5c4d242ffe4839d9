using System.Security.Cryptography;
using System.Text;
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

    private const string DefaultVariables = "class=A;fallback=none";
    private const string DefaultMetadata = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

    private readonly TemporaryFolder _folder = new();
    private readonly List<RunningNode> _nodes = [];
    private int _seeds;

    private LocalNetwork(LocalLedger ledger) => Ledger = ledger;

    internal LocalLedger Ledger { get; }

    internal TaskInfo Task { get; private set; } = null!;

    internal string Folder => _folder.Root;

    internal static async Task<LocalNetwork> StartAsync(
        string executable, string metadata = DefaultMetadata, string variables = DefaultVariables)
    {
        var network = new LocalNetwork(await LocalLedger.StartAsync());
        network.Task = await network.DeployAsync(executable, metadata, variables);
        return network;
    }

    /// <summary>Deploys a task; the network's own is the first one.</summary>
    internal Task<TaskInfo> DeployAsync(
        string executable,
        string metadata = DefaultMetadata,
        string variables = DefaultVariables,
        Lamports? initialBounty = null,
        string executableNetwork = ExecutableNetworks.Ipfs) =>
        new TaskDeployer(
            Ledger.Client, Ledger.Sender, () => SHA256.HashData(Encoding.UTF8.GetBytes($"seed {_seeds++}"))).DeployAsync(
            LocalLedger.Faucet,
            new TaskPlan
            {
                Name = "test",
                Description = "A task for tests",
                Executable = executable,
                Metadata = metadata,
                Variables = variables,
                ExecutableNetwork = executableNetwork,
                InitialBounty = initialBounty ?? Lamports.FromKoii(1000),
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

    /// <summary>Deploys a legacy task whose program is being developed under that name.</summary>
    internal Task<TaskInfo> DeployDevelopmentAsync(string name) =>
        DeployAsync(name, variables: "", executableNetwork: ExecutableNetworks.Development);

    internal static Keypair OperatorOf(string name) => LocalLedger.KeyOf($"operator {name}");

    /// <summary>What a node of that name is started with; its operator has money.</summary>
    internal async Task<NodeSetup> SetUpAsync(string name)
    {
        await Ledger.FundAsync(OperatorOf(name).PublicKey, Lamports.FromKoii(20));
        return new(
            new NodeHostOptions
            {
                DataFolder = Path.Combine(Folder, name),
                Ledger = Ledger.Host.Endpoint,
                Operator = OperatorOf(name),
                Sandbox = null,
                AllowsPrivateAddresses = true,
                PollInterval = TimeSpan.FromMilliseconds(20),
            },
            new NodeTaskOptions { Task = Task.Task, StakingKey = LocalLedger.KeyOf($"staking {name}") });
    }

    /// <summary>A node of that name with some other settings for its task.</summary>
    internal async Task<RunningNode> RunAsync(string name, Func<NodeTaskOptions, NodeTaskOptions> change)
    {
        var setup = await SetUpAsync(name);
        return await RunAsync(setup with { Task = change(setup.Task) });
    }

    internal async Task<RunningNode> RunAsync(NodeSetup setup)
    {
        var node = await RunningNode.StartAsync(setup);
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
