using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;

namespace Pond.Server.Nodes;

/// <summary>A node as an operator of Koii's container node has it: a folder with an environment file, keys and tasks' folders.</summary>
public sealed class ContainerNode : IAsyncDisposable
{
    /// <summary>Public gateways that give single blocks; each is checked, so that none need be trusted.</summary>
    public static readonly ImmutableArray<Uri> PublicGateways = [new("https://ipfs-gateway.koii.live"), new("https://ipfs.io"), new("https://dweb.link")];

    private static readonly string[] EnvironmentFiles = [".env.local", ".env-local", ".env"];

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private TaskRoster? _roster;

    private ContainerNode()
    {
    }

    /// <summary>The node.</summary>
    public NodeHost Host { get; private set; } = null!;

    /// <summary>What its environment file says.</summary>
    public ContainerEnvironment Environment { get; private init; } = null!;

    /// <summary>Starts a node; its tasks are begun one beside the other, and those that can't be are tried again.</summary>
    /// <param name="folder">What the container calls <c>/app</c>.</param>
    /// <param name="options">What else to start it with.</param>
    /// <param name="onNews">Is told one sentence about a task whenever something about it changes; must not block.</param>
    /// <param name="time">Waits and measures.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException">
    /// <c>environment-missing</c>, <c>environment-invalid</c>, <c>key-missing</c>, <c>key-unreadable</c>, <c>tasks-missing</c>, or what a
    /// <see cref="NodeHost"/> throws when it starts.
    /// </exception>
    public static async Task<ContainerNode> StartAsync(
        string folder,
        ContainerNodeOptions options,
        Action<Pubkey, string> onNews,
        TimeProvider time,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var file = options.EnvironmentFile ?? EnvironmentFiles.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) ?? throw new PondException(
            "environment-missing",
            $"The folder {Path.GetFullPath(folder)} has no environment file: {string.Join(", ", EnvironmentFiles)}.",
            "Go to the folder of your node, or write one with at least TASKS=... and K2_NODE_URL=...");
        var environment = ContainerEnvironment.Parse(Read(file));
        if (environment.Tasks.IsEmpty)
        {
            throw new PondException("tasks-missing", $"{file} names no tasks.", "Add TASKS=ID,ID with the tasks to run.");
        }

        var folders = new ContainerFolders(folder);
        var operatorKey = folders.ReadMainKey(environment);
        var node = new ContainerNode { Environment = environment };
        try
        {
            var isLocal = environment.Ledger.IsLoopback;
            node.Host = await NodeHost.StartAsync(
                new NodeHostOptions
                {
                    DataFolder = folders.Data,
                    NamespaceFolder = folders.Namespace,
                    Ledger = environment.Ledger,
                    Operator = operatorKey,
                    Sandbox = options.Sandbox,
                    SandboxProblem = options.SandboxProblem,
                    Limits = options.Limits,
                    Address = options.Address,
                    Port = options.Port ?? environment.Port,
                    OperatorPort = options.OperatorPort ?? environment.OperatorPort,
                    PublicAddress = environment.ServiceAddress,
                    ContentSources = !options.Gateways.IsEmpty ? options.Gateways : isLocal ? [] : PublicGateways,
                    AllowsPrivateAddresses = isLocal,
                    DevelopmentFolder = environment.IsDevelopment ? folders.Executables : null,
                    // A local network may have fast slots.
                    PollInterval = isLocal ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromMilliseconds(200),
                    HasTimers = environment.HasTimers,
                    Mode = environment.Mode,
                },
                time,
                loggers.CreateLogger<NodeHost>(),
                cancellationToken);
            var stakes = environment.Tasks.ToImmutableDictionary(pair => pair.Task, pair => pair.Stake);
            node._roster = new TaskRoster(
                node.Host,
                new LedgerClient(node._http, environment.Ledger, time, new LedgerClientOptions()),
                info => new NodeTaskOptions
                {
                    Task = info.Task,
                    StakingKey = KeyOf(info, operatorKey, folders),
                    Stake = stakes.GetValueOrDefault(info.Task, info.MigratedFrom is { } before ? stakes.GetValueOrDefault(before) : default),
                    Variables = environment.Variables,
                    IsUnboxed = options.Unboxed.Concat(environment.Unboxed).Any(named => named is "all" || named == info.Task.ToString()),
                    AllowsWeb = options.AllowsWeb,
                },
                onNews,
                time);
            foreach (var (task, _) in environment.Tasks)
            {
                node._roster.Add(task);
            }

            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops all tasks and the node.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_roster is not null)
        {
            await _roster.DisposeAsync();
        }

        if (Host is not null)
        {
            await Host.DisposeAsync();
        }

        _http.Dispose();
    }

    // The key that all tasks of a container share goes on where it has a stake: nobody loses what lies there. Elsewhere each task has its own.
    private static Keypair KeyOf(TaskInfo task, Keypair operatorKey, ContainerFolders folders) =>
        folders.ReadStakingKey(isToken: task.Token is not null) is { } shared
        && (task.Stakes.ContainsKey(shared.PublicKey) || task.AvailableBalances.ContainsKey(shared.PublicKey))
            ? shared
            : StakingKeys.Of(operatorKey, task.Task);

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PondException("environment-missing", $"The environment file {file} can't be read: {exception.Message}", "Check its name and its rights.", innerException: exception);
        }
    }
}
