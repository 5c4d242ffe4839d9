using Microsoft.Extensions.Logging.Abstractions;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.LocalNetworks;
using Pond.Server.Nodes;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Cli.Demo;

/// <summary>One of the demo's nodes: a whole node with its own keys, folder, store and task process.</summary>
internal sealed class DemoNodeHost : IAsyncDisposable
{
    /// <summary>What a task may use of managed memory: an indexer of shards of half a megabyte is far below it.</summary>
    private const long TaskHeapBytes = 512L << 20;

    private readonly NodeHost _node;
    private readonly NodeTask _task;

    private DemoNodeHost(NodeHost node, NodeTask task, DemoParticipant participant)
    {
        (_node, _task) = (node, task);
        Participant = participant;
        Completion = Task.WhenAny(node.Completion, task.Completion).Unwrap();
    }

    /// <summary>Who it is.</summary>
    internal DemoParticipant Participant { get; }

    /// <summary>Where others fetch its results.</summary>
    internal Uri Address => _node.Address;

    /// <summary>Ends with the node or its task; failed if one failed.</summary>
    internal Task Completion { get; }

    /// <summary>The task's last line: what it works on.</summary>
    internal string Work => _task.Status.LastLine ?? "starting";

    /// <summary>Makes keys, has the faucet fund them, and starts the node on them.</summary>
    /// <param name="name">What the demo calls it.</param>
    /// <param name="isCheater">Whether its operator runs his own, dishonest program in place of the bundle.</param>
    /// <param name="funds">What the faucet gives its operator.</param>
    /// <param name="network">What all nodes of the demo share.</param>
    /// <param name="folder">Its data folder.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<DemoNodeHost> StartAsync(
        string name, bool isCheater, Lamports funds, DemoNetwork network, string folder, CancellationToken cancellationToken)
    {
        var main = await network.Ledger.CreateFundedKeyAsync(funds, cancellationToken);
        var staking = Keypair.FromSeed(LocalLedger.NewSeed());
        var node = await NodeHost.StartAsync(
            new NodeHostOptions
            {
                DataFolder = folder,
                Ledger = network.Ledger.Endpoint,
                Operator = main,
                Sandbox = network.Sandbox,
                ContentSources = [network.Content],
                AllowsPrivateAddresses = true,
                PollInterval = network.PollInterval,
            },
            network.Time,
            NullLogger<NodeHost>.Instance,
            cancellationToken);
        try
        {
            var task = await node.AddTaskAsync(
                new NodeTaskOptions
                {
                    Task = network.Task,
                    StakingKey = staking,
                    ExecutableOverride = isCheater ? DemoBundles.Cheating : null,
                    HeapHardLimitBytes = TaskHeapBytes,
                },
                cancellationToken);
            return new DemoNodeHost(node, task, new DemoParticipant(name, main.PublicKey, staking.PublicKey, isCheater, funds));
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it; no process is left.</summary>
    public ValueTask DisposeAsync() => _node.DisposeAsync();
}

/// <summary>What all nodes of a demo share.</summary>
/// <param name="Ledger">The ledger.</param>
/// <param name="Content">The creator's gateway, which has the bundle and the documents.</param>
/// <param name="Task">The task.</param>
/// <param name="Sandbox">The box for the tasks; null if this machine can't have one.</param>
/// <param name="PollInterval">How often a node looks at the ledger.</param>
/// <param name="Time">The clock.</param>
internal sealed record DemoNetwork(
    LocalLedger Ledger, Uri Content, Pubkey Task, TaskSandbox? Sandbox, TimeSpan PollInterval, TimeProvider Time);
