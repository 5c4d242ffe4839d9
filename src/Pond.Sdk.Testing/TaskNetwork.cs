using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Pond.Client.Deployment;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Content;
using Pond.Server.LocalNetworks;
using Pond.Server.Nodes;
using Pond.Server.Tasks.Sandbox;
using Pond.Store.UnixFs;

namespace Pond.Sdk.Testing;

/// <summary>
/// A whole network on this machine that runs one task: a ledger with fast slots, nodes that talk to it and to each other over sockets, and on each of
/// them the task as a process of its own, deployed and verified as on any network.
/// </summary>
/// <example><code>
/// await using var net = await TaskNetwork.StartAsync&lt;MyTask&gt;(o =&gt; o.Nodes(4).Plus&lt;CheatingTask&gt;());
/// var rounds = await net.RunRoundsAsync(1);
/// rounds[0].AssertPaid(net.Nodes.Where(node =&gt; node.Runs == typeof(MyTask)));
/// </code></example>
public sealed partial class TaskNetwork : IAsyncDisposable
{
    /// <summary>A round that is worked in is paid two rounds later; this many more and it never will be.</summary>
    private const ulong PatienceRounds = 12;

    private static readonly Lamports NodeFunds = Lamports.FromKoii(20);
    private static readonly Lamports CreatorFunds = Lamports.FromKoii(5_000);
    private static readonly Lamports TotalBounty = Lamports.FromKoii(3_000);
    private static readonly Lamports MinimumStake = Lamports.FromKoii(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pond-network-");
    private readonly TaskNetworkOptions _options;
    private readonly TimeProvider _time = TimeProvider.System;
    private LocalLedger _ledger = null!;
    private ContentStore _store = null!;
    private ContentHost _content = null!;
    private Round _next = new(1);

    private TaskNetwork(TaskNetworkOptions options) => _options = options;

    /// <summary>The nodes: first those that run the task as it is, then the others in the order in which they were asked for.</summary>
    public ImmutableArray<TaskNetworkNode> Nodes { get; private set; } = [];

    /// <summary>The task as it was deployed.</summary>
    public TaskInfo Task { get; private set; } = null!;

    /// <summary>The ledger's RPC.</summary>
    public LedgerClient Ledger => _ledger.Client;

    /// <summary>Starts a network and deploys the task. When this returns, all nodes have their stake, and rounds pass.</summary>
    /// <typeparam name="TTask">The task; with a constructor without arguments, or one that asks for <see cref="ITaskContext"/> and loggers.</typeparam>
    /// <param name="configure">What to start.</param>
    /// <exception cref="PondException">The machine lacks something that a node needs; the message says what.</exception>
    public static async Task<TaskNetwork> StartAsync<TTask>(Action<TaskNetworkOptions> configure)
        where TTask : PondTask
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TaskNetworkOptions();
        configure(options);
        var network = new TaskNetwork(options);
        try
        {
            await network.StartAsync(typeof(TTask), CancellationToken.None);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets rounds pass until so many more of them are settled in which somebody worked.</summary>
    /// <returns>Those rounds, oldest first; a round is returned once.</returns>
    /// <exception cref="TaskNetworkException">They are not settled long after they should have been.</exception>
    public async Task<ImmutableArray<RoundReport>> RunRoundsAsync(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var settled = ImmutableArray.CreateBuilder<RoundReport>();
        var begun = _next;
        using var timer = new PeriodicTimer(_options.Slot, _time);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            foreach (var failed in Nodes.Where(node => node.Part.Completion.IsFaulted))
            {
                await failed.Part.Completion;
            }

            var current = Task.RoundAt(await Ledger.GetSlotAsync(Commitment.Processed, CancellationToken.None));
            var info = (await Ledger.GetTaskRoundAsync(Task.Task, _next, Commitment.Processed, CancellationToken.None)).Value;
            if (info is { Payout: not PayoutRecord.Uninitialized, IsSettled: true })
            {
                settled.Add(new(info, Nodes));
                _next += 1;
            }
            else if (current.Value > _next.Value + 1 && info is null or { Submissions.Count: 0 })
            {
                // Nobody worked in it, so there is nothing to settle.
                _next += 1;
            }

            if (settled.Count == count)
            {
                return settled.ToImmutable();
            }

            if (current.Value > begun.Value + (ulong)count + PatienceRounds)
            {
                throw new TaskNetworkException(
                    $"Expected that {count} rounds from {begun} on are settled; after round {current} it is {settled.Count}.",
                    info is null ? $"Round {_next} is not on the ledger." : new RoundReport(info, Nodes).Trace);
            }
        }

        throw new System.Diagnostics.UnreachableException("The timer is stopped only by its end.");
    }

    /// <summary>Lets rounds pass until one of them is as a test wants it: on a slow machine a node may miss an audit now and then.</summary>
    /// <param name="expectation">What is waited for, as the end of a sentence that begins with "Expected that".</param>
    /// <param name="isSo">Whether a settled round is so.</param>
    /// <exception cref="TaskNetworkException">None of a dozen rounds is so; the trace is the last one's.</exception>
    public async Task<RoundReport> UntilAsync(string expectation, Func<RoundReport, bool> isSo)
    {
        ArgumentNullException.ThrowIfNull(isSo);
        for (ulong tried = 1; ; tried++)
        {
            var round = (await RunRoundsAsync(1))[0];
            if (isSo(round))
            {
                return round;
            }

            if (tried == PatienceRounds)
            {
                throw new TaskNetworkException($"Expected that {expectation}; in {tried} rounds it was not so.", round.Trace);
            }
        }
    }

    /// <summary>The nodes that run this type of task.</summary>
    public ImmutableArray<TaskNetworkNode> Running<TTask>()
        where TTask : PondTask => [.. Nodes.Where(node => node.Runs == typeof(TTask))];

    /// <summary>Stops everything; no process and no file is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await System.Threading.Tasks.Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
        if (_content is not null)
        {
            await _content.DisposeAsync();
        }

        _store?.Dispose();
        if (_ledger is not null)
        {
            await _ledger.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task StartAsync(Type task, CancellationToken cancellationToken)
    {
        var sandbox = _options.IsBoxed ? (await TaskSandbox.ProbeAsync(_time, cancellationToken)).Sandbox : null;
        _ledger = await LocalLedger.StartAsync(_options.Slot, port: 0, _time, cancellationToken);
        _store = new ContentStore(At("creator"));
        _content = await ContentHost.StartAsync(_store.Blocks, IPAddress.Loopback, port: 0, cancellationToken);
        Task = await DeployAsync(BundleOf(task), cancellationToken);

        var starts = Enumerable.Repeat(task, _options.HonestNodes).Concat(_options.Others)
            .Select((type, index) => (Type: type, Node: new TaskNetworkNode(string.Create(CultureInfo.InvariantCulture, $"{type.Name} {index + 1}"), type), Index: index))
            .ToList();
        Nodes = [.. starts.Select(start => start.Node)];
        await System.Threading.Tasks.Task.WhenAll(starts.Select(start => StartNodeAsync(
            start.Node, start.Type == task ? null : BundleOf(start.Type), At($"node-{start.Index}"), sandbox, cancellationToken)));
    }

    private async Task StartNodeAsync(
        TaskNetworkNode node, string? program, string folder, TaskSandbox? sandbox, CancellationToken cancellationToken)
    {
        var host = await NodeHost.StartAsync(
            new NodeHostOptions
            {
                DataFolder = folder,
                Ledger = _ledger.Endpoint,
                Operator = await _ledger.CreateFundedKeyAsync(NodeFunds, cancellationToken),
                Sandbox = sandbox,
                ContentSources = [_content.Endpoint],
                AllowsPrivateAddresses = true,
                PollInterval = _options.Slot,
            },
            _time,
            NullLogger<NodeHost>.Instance,
            cancellationToken);
        await node.StartAsync(
            host,
            new NodeTaskOptions
            {
                Task = Task.Task,
                StakingKey = Keypair.FromSeed(LocalLedger.NewSeed()),
                ExecutableOverride = program,
                Variables = _options.Variables,
                AllowsWeb = _options.AllowsWeb,
            },
            cancellationToken);
    }

    private async Task<TaskInfo> DeployAsync(string bundle, CancellationToken cancellationToken)
    {
        var metadata = Directory.CreateDirectory(At("metadata"));
        await File.WriteAllTextAsync(Path.Combine(metadata.FullName, "metadata.json"), "{}", cancellationToken);
        var creator = await _ledger.CreateFundedKeyAsync(CreatorFunds, cancellationToken);
        return await new TaskDeployer(_ledger.Client, _ledger.Sender, LocalLedger.NewSeed).DeployAsync(
            creator,
            new TaskPlan
            {
                Name = "test",
                Description = "A task under test",
                Executable = FolderImporter.Import(bundle, _store.Blocks, UnixFsProfile.V1Of2025, cancellationToken).Root.ToString(),
                Metadata = FolderImporter.Import(metadata.FullName, _store.Blocks, UnixFsProfile.V1Of2025, cancellationToken).Root.ToString(),
                Variables = $"class={(_options.TaskClass is TaskClass.Committee ? "C" : "A")};fallback=equal",
                InitialBounty = TotalBounty,
                FurtherBounty = Lamports.Zero,
                BountyPerRound = _options.Bounty,
                RoundTime = _options.Windows.Round,
                SubmissionWindow = _options.Windows.Submission,
                AuditWindow = _options.Windows.Audit,
                MinimumStake = MinimumStake,
                AllowedFailedDistributions = 3,
                SpaceBytes = 1_000_000,
            },
            cancellationToken);
    }

    private string BundleOf(Type task)
    {
        var folder = At($"bundle-{task.FullName}");
        if (!Directory.Exists(folder))
        {
            TaskBundle.Write(task, folder);
        }

        return folder;
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
