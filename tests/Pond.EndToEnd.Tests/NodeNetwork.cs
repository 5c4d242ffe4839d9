using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pond.Client.Deployment;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.LocalNetworks;
using Pond.Server.Nodes;
using Pond.Server.Tasks.Sandbox;

namespace Pond.EndToEnd.Tests;

/// <summary>A ledger and nodes, each a process of its own, as if each had a machine of its own; and a task that the nodes are developing.</summary>
internal sealed class NodeNetwork : IAsyncDisposable
{
    /// <summary>The account that pays for the task; the nodes have those before it.</summary>
    private const int Creator = LocalNetworkFolder.FundedAccounts - 1;

    private const string NoMetadata = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

    private readonly TemporaryFolder _root = new();
    private readonly HttpClient _http = new();
    private readonly PondProcess?[] _nodes;
    private readonly int[] _ports;
    private readonly int _slotMs;
    private PondProcess _ledger = null!;
    private int _rpcPort;
    private bool _isBoxed;
    private Uri? _gateway;

    private NodeNetwork(int nodes, int slotMs)
    {
        _nodes = new PondProcess?[nodes];
        _ports = [.. Enumerable.Range(0, nodes).Select(_ => FreePort())];
        _slotMs = slotMs;
    }

    internal LedgerClient Client { get; private set; } = null!;

    internal TaskInfo Task { get; private set; } = null!;

    internal int Count => _nodes.Length;

    /// <summary>Starts the ledger and deploys a task that is being developed, whose program each node has itself.</summary>
    /// <param name="nodes">How many nodes there will be.</param>
    /// <param name="slotMs">The length of a slot in milliseconds.</param>
    /// <param name="roundTime">The length of a round in slots.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="metadata">The CID of the task's metadata; null where the task does not read them.</param>
    /// <param name="gateway">Where the nodes find the creator's content; null if there is none.</param>
    internal static async Task<NodeNetwork> StartAsync(
        int nodes, int slotMs, ulong roundTime, CancellationToken cancellationToken, string? metadata = null, Uri? gateway = null)
    {
        var network = new NodeNetwork(nodes, slotMs) { _gateway = gateway };
        try
        {
            network._isBoxed = (await TaskSandbox.ProbeAsync(TimeProvider.System, cancellationToken)).Sandbox is not null;
            await network.StartLedgerAsync(cancellationToken);
            network.Client = new LedgerClient(
                network._http, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{network._rpcPort}")), TimeProvider.System, new LedgerClientOptions());
            network.Task = await network.DeployAsync(roundTime, metadata ?? NoMetadata, cancellationToken);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    internal string FolderOf(int node) => Path.Combine(_root.Path, string.Create(CultureInfo.InvariantCulture, $"node-{node}"));

    internal Pubkey StakingKeyOf(int node) => StakingKeys.Of(LocalNetworkFolder.FundedAccount(node), Task.Task).PublicKey;

    internal Uri AddressOf(int node) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_ports[node]}/task/{Task.Task}/"));

    /// <summary>Where nodes and the commands about them keep what is theirs.</summary>
    internal string Home => _root.Path;

    internal string ErrorsOf(int node) => _nodes[node]?.Error ?? "";

    /// <summary>What the node has in its journal about a round.</summary>
    internal RoundExplanation Explain(int node, Round round) => RoundExplanation.Read(Path.Combine(FolderOf(node), "data"), Task.Task, round);

    /// <summary>Makes a folder as an operator of the container node has it, and starts the node in it.</summary>
    /// <param name="node">Which.</param>
    /// <param name="project">The project whose build the node has as the task's program.</param>
    /// <param name="variables">Further lines of the environment file.</param>
    internal void Start(int node, string project, string variables = "")
    {
        var folder = FolderOf(node);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(Path.Combine(folder, "config"));
            Directory.CreateDirectory(Path.Combine(folder, "executables"));
            File.WriteAllText(Path.Combine(folder, "config", "id.json"), LocalNetworkFolder.FundedAccount(node).ToKeyFile());
            Directory.CreateSymbolicLink(Path.Combine(folder, "executables", "main"), BundleOf(project));
            File.WriteAllText(
                Path.Combine(folder, ".env.local"),
                $"""
                WALLET_LOCATION="/app/config/id.json"
                ENVIRONMENT=development
                K2_NODE_URL={Client.Endpoint}
                SERVER_PORT={_ports[node]}
                OPERATOR_PORT=0
                TASKS={Task.Task}
                TASK_STAKES=5
                {variables}
                """);
        }

        Restart(node);
    }

    /// <summary>Starts a node again in the folder that it has.</summary>
    internal void Restart(int node) =>
        _nodes[node] = PondProcess.StartIn(
            FolderOf(node),
            _root.Path,
            ["node", "run", "--give-staking-keys", .. _isBoxed ? Array.Empty<string>() : ["--unboxed", "all"], .. _gateway is null ? Array.Empty<string>() : ["--gateway", _gateway.ToString()]]);

    /// <summary>Ends a node's process as a power cut does; its task's ends with it.</summary>
    internal async Task KillAsync(int node)
    {
        using var victim = Process.GetProcessById(_nodes[node]!.Id);
        victim.Kill();
        await victim.WaitForExitAsync();
        _nodes[node]!.Dispose();
        _nodes[node] = null;
    }

    /// <summary>Ends a task's processes on a node, if it has any at the moment.</summary>
    internal void KillTask(int node)
    {
        var place = FolderOf(node) + Path.DirectorySeparatorChar;
        foreach (var id in Processes().Where(id => id != _nodes[node]!.Id && CommandLineOf(id).Contains(place, StringComparison.Ordinal)))
        {
            try
            {
                using var victim = Process.GetProcessById(id);
                victim.Kill();
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It was faster.
            }
        }
    }

    /// <summary>Ends the ledger's process as a power cut does, and starts it again at the same port.</summary>
    internal async Task RestartLedgerAsync(CancellationToken cancellationToken)
    {
        using (var victim = Process.GetProcessById(_ledger.Id))
        {
            victim.Kill();
            await victim.WaitForExitAsync(cancellationToken);
        }

        _ledger.Dispose();
        await StartLedgerAsync(cancellationToken);
    }

    /// <summary>The slot, as soon as the ledger answers.</summary>
    internal async Task<Slot> ReadSlotAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await Client.GetSlotAsync(Commitment.Processed, cancellationToken);
            }
            catch (PondException)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Waits until a round is settled.</summary>
    /// <returns>The round; null if nobody submitted anything in it, so that there is nothing to settle.</returns>
    internal async Task<TaskRoundInfo?> WaitForRoundAsync(Round round, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_slotMs * 4), TimeProvider.System);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                var info = (await Client.GetTaskRoundAsync(Task.Task, round, Commitment.Processed, cancellationToken)).Value;
                if (info is { IsSettled: true, Payout: not PayoutRecord.Uninitialized })
                {
                    return info;
                }

                var slot = await Client.GetSlotAsync(Commitment.Processed, cancellationToken);
                if (slot > Task.Windows.LastSubmission(round) && info is null or { Submissions.Count: 0 })
                {
                    return null;
                }
            }
            catch (PondException)
            {
                // The ledger is being killed.
            }
        }

        throw new UnreachableException("The timer is stopped only by its end.");
    }

    /// <summary>Stops the ledger in order and has its whole data checked.</summary>
    internal async Task VerifyLedgerAsync(CancellationToken cancellationToken)
    {
        _ledger.Interrupt();
        Assert.Equal(0, await _ledger.WaitForExitAsync(cancellationToken));
        using var verify = PondProcess.Start(_root.Path, "ledger", "verify", "--data", LedgerFolder);
        Assert.True(await verify.WaitForExitAsync(cancellationToken) == 0, verify.Out + verify.Error);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            node?.Dispose();
        }

        _ledger?.Dispose();
        _http.Dispose();
        _root.Dispose();
        return ValueTask.CompletedTask;
    }

    private string LedgerFolder => Path.Combine(_root.Path, "ledger");

    private static string BundleOf(string project) => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))));

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static IEnumerable<int> Processes() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0);

    private static string CommandLineOf(int id)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/cmdline")).Replace('\0', ' ');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private async Task StartLedgerAsync(CancellationToken cancellationToken)
    {
        _ledger = PondProcess.Start(
            _root.Path, "ledger", "run", "--data", LedgerFolder, "--pubsub", "0", "--slot-ms", _slotMs.ToString(CultureInfo.InvariantCulture), "--json",
            "--rpc", _rpcPort.ToString(CultureInfo.InvariantCulture));
        await _ledger.WaitForTextAsync("\"rpc\":", cancellationToken);
        var ready = _ledger.Out.Split('\n').Single(line => line.Contains("\"rpc\":", StringComparison.Ordinal));
        _rpcPort = new Uri(JsonDocument.Parse(ready).RootElement.GetProperty("rpc").GetString()!).Port;
    }

    private async Task<TaskInfo> DeployAsync(ulong roundTime, string metadata, CancellationToken cancellationToken)
    {
        await using var sender = new TransactionSender(Client, TimeProvider.System, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(_slotMs) });
        var seeds = 0;
        return await new TaskDeployer(Client, sender, () => SHA256.HashData(Encoding.UTF8.GetBytes($"seed {seeds++}"))).DeployAsync(
            LocalNetworkFolder.FundedAccount(Creator),
            new TaskPlan
            {
                Name = "test",
                Description = "A task for tests",
                Executable = "main",
                ExecutableNetwork = ExecutableNetworks.Development,
                Metadata = metadata,
                Variables = "class=A;fallback=none",
                InitialBounty = Lamports.FromKoii(2_000),
                FurtherBounty = Lamports.Zero,
                BountyPerRound = Lamports.FromKoii(5),
                RoundTime = roundTime,
                SubmissionWindow = roundTime / 3,
                AuditWindow = roundTime / 4,
                MinimumStake = Lamports.FromKoii(5),
                AllowedFailedDistributions = 3,
                SpaceBytes = 1_000_000,
            },
            cancellationToken);
    }
}
