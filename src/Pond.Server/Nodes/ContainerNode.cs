using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Contracts.Operator;
using Pond.Node.Money;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Keys;
using Pond.Server.Nodes.Money;
using Pond.Server.Nodes.Operator;

namespace Pond.Server.Nodes;

/// <summary>A node as an operator of Koii's container node has it: a folder with an environment file, keys and tasks' folders.</summary>
public sealed class ContainerNode : IAsyncDisposable
{
    /// <summary>Public gateways that give single blocks; each is checked, so that none need be trusted.</summary>
    public static readonly ImmutableArray<Uri> PublicGateways = [new("https://ipfs-gateway.koii.live"), new("https://ipfs.io"), new("https://dweb.link")];

    /// <summary>The environment files, in the order in which they are looked for.</summary>
    internal static readonly ImmutableArray<string> EnvironmentFiles = [".env.local", ".env-local", ".env"];

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ContainerNodeOptions _options;
    private readonly ContainerFolders _folders;
    private readonly Action<Pubkey, string> _onNews;
    private readonly ImmutableDictionary<Pubkey, Lamports> _stakes;
    private readonly NodeLines _lines = new();
    private readonly Lock _gate = new();
    private NodeRoster _words;
    private TaskRoster _roster = null!;

    private ContainerNode(
        ContainerNodeOptions options, ContainerFolders folders, ContainerEnvironment environment, OperatorKeys keys, NodeRoster words, Action<Pubkey, string> onNews)
    {
        _options = options;
        _folders = folders;
        _onNews = onNews;
        _words = words;
        Environment = environment;
        Keys = keys;
        _stakes = environment.Tasks.ToImmutableDictionary(pair => pair.Task, pair => pair.Stake);
    }

    /// <summary>The node.</summary>
    public NodeHost Host { get; private set; } = null!;

    /// <summary>The operator's money.</summary>
    public NodeMoney Money { get; private set; } = null!;

    /// <summary>What its environment file says.</summary>
    public ContainerEnvironment Environment { get; }

    /// <summary>The operator's main key.</summary>
    public Pubkey MainKey => Keys.Main.PublicKey;

    /// <summary>The operator's keys.</summary>
    internal OperatorKeys Keys { get; }

    /// <summary>Why tasks have no box here; null if they have.</summary>
    internal string? SandboxProblem => _options.SandboxProblem;

    /// <summary>The ledger.</summary>
    internal LedgerClient Ledger { get; private set; } = null!;

    /// <summary>What the tasks wrote last.</summary>
    internal NodeLines Lines => _lines;

    /// <summary>Ends by itself only if the node has failed, and is failed then.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Starts a node; its tasks are begun one beside the other, and those that can't be are tried again.</summary>
    /// <param name="folder">What the container calls <c>/app</c>.</param>
    /// <param name="options">What else to start it with.</param>
    /// <param name="onNews">Is told one sentence about a task whenever something about it changes; must not block.</param>
    /// <param name="time">Waits and measures.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException">
    /// <c>environment-missing</c>, <c>environment-invalid</c>, <c>key-missing</c>, <c>key-unreadable</c>, <c>passphrase-wrong</c>, <c>tasks-missing</c>,
    /// <c>roster-unreadable</c>, or what a <see cref="NodeHost"/> throws when it starts.
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
        var folders = new ContainerFolders(folder);
        var words = NodeRoster.Read(folders.Data);
        if (environment.Tasks.IsEmpty && words.Tasks.IsEmpty)
        {
            throw new PondException("tasks-missing", $"{file} names no tasks.", "Add TASKS=ID,ID with the tasks to run.");
        }

        var node = new ContainerNode(options, folders, environment, folders.ReadKeys(environment, options.ReadPassphrase), words, onNews);
        try
        {
            await node.StartAsync(time, loggers, cancellationToken);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>How the node and its tasks are.</summary>
    internal NodeAnswer Describe()
    {
        var running = Host.Tasks.ToDictionary(task => task.Id);
        var kept = _roster.Tasks.ToDictionary(each => each.Task, each => each.Problem);
        var words = ReadWords();
        var known = kept.Keys.Concat(words.Tasks.Keys).Concat(Environment.Tasks.Select(pair => pair.Task)).Distinct().Order();
        return new(1, Host.Address, Environment.Ledger, Keys.Main.PublicKey, [.. known.Select(id =>
            running.TryGetValue(id, out var task) ? NodeOperations.Describe(task)
            : new NodeTaskAnswer { Task = id, State = kept.ContainsKey(id) ? "waiting" : "stopped", Problem = kept.GetValueOrDefault(id) })]);
    }

    /// <summary>Has a task run, from now on and after each start of the node. One that runs with other settings is started again with these.</summary>
    internal async Task StartAsync(Pubkey task, TaskStart start)
    {
        var before = ReadWords()[task];
        Say(task, entry => entry with
        {
            IsStarted = true,
            Stake = start.Stake ?? entry.Stake,
            RestakeFrom = start.RestakeFrom ?? entry.RestakeFrom,
            MaxSpending = start.MaxSpending ?? entry.MaxSpending,
            HasConsent = start.HasConsent ?? entry.HasConsent,
        });
        if (ReadWords()[task] with { IsStarted = before.IsStarted } != before || _roster.Tasks.Any(each => each.Task == task && each.Problem is not null))
        {
            // At once, and not when its turn to be tried again has come.
            await _roster.RemoveAsync(task);
        }

        _roster.Add(task);
    }

    /// <summary>Stops a task, now and after each start of the node. Its stake and its folder stay.</summary>
    /// <exception cref="PondException"><c>task-not-running</c></exception>
    internal async Task StopAsync(Pubkey task)
    {
        var wasKept = await _roster.RemoveAsync(task);
        if (!wasKept && !ReadWords().Tasks.ContainsKey(task) && !_stakes.ContainsKey(task))
        {
            throw new PondException("task-not-running", $"This node does not run the task {task}.", "Look which it runs with 'pond node status'.");
        }

        Say(task, entry => entry with { IsStarted = false });
    }

    /// <summary>The ids of all tasks that the operator may have something on.</summary>
    internal IReadOnlyList<Pubkey> KnownTasks => [.. Describe().Tasks.Select(task => task.Task)];

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

        if (Money is not null)
        {
            await Money.DisposeAsync();
        }

        _http.Dispose();
    }

    private async Task StartAsync(TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var isLocal = Environment.Ledger.IsLoopback;
        // A local network may have fast slots.
        var pollInterval = TimeSpan.FromMilliseconds(isLocal ? 100 : 200);
        Host = await NodeHost.StartAsync(
            new NodeHostOptions
            {
                DataFolder = _folders.Data,
                NamespaceFolder = _folders.Namespace,
                Ledger = Environment.Ledger,
                FurtherLedgers = Environment.FurtherLedgers,
                Operator = Keys.Main,
                Sandbox = _options.Sandbox,
                SandboxProblem = _options.SandboxProblem,
                Limits = _options.Limits,
                Address = _options.Address,
                Port = _options.Port ?? Environment.Port,
                OperatorPort = _options.OperatorPort ?? Environment.OperatorPort,
                MapOperator = routes => new NodeOperations(this).MapTo(routes),
                PublicAddress = Environment.ServiceAddress,
                ContentSources = !_options.Gateways.IsEmpty ? _options.Gateways : isLocal ? [] : PublicGateways,
                AllowsPrivateAddresses = isLocal,
                DevelopmentFolder = Environment.IsDevelopment ? _folders.Executables : null,
                PollInterval = pollInterval,
                HasTimers = Environment.HasTimers,
                Mode = Environment.Mode,
            },
            time,
            loggers.CreateLogger<NodeHost>(),
            cancellationToken);
        var client = new LedgerClient(_http, Host.Endpoints, time, new LedgerClientOptions());
        Ledger = client;
        Money = NodeMoney.Start(_folders.Data, client, Keys, () => Host.Address.GetLeftPart(UriPartial.Authority), TellMoney, time, pollInterval);
        _roster = new TaskRoster(Host, client, Choose, _onNews, time);
        Completion = WatchAsync();
        foreach (var task in Environment.Tasks.Select(pair => pair.Task).Where(task => ReadWords()[task].IsStarted is not false)
            .Union(ReadWords().Tasks.Where(pair => pair.Value.IsStarted is true).Select(pair => pair.Key)))
        {
            _roster.Add(task);
        }
    }

    private async Task WatchAsync() => await await Task.WhenAny(Host.Completion, Money.Completion);

    private NodeTaskOptions Choose(TaskInfo info)
    {
        var words = ReadWords();
        // What was said about a task counts for the one that it has moved to as well, but for what it may spend and get.
        var (own, before) = (words[info.Task], info.MigratedFrom is { } from ? words[from] : new RosterEntry());
        var stakingKey = Keys.StakingKeyOf(info);
        return new NodeTaskOptions
        {
            Task = info.Task,
            StakingKey = stakingKey,
            IdentityKey = Keys.IdentityKeyOf(info.Token is null ? TaskKind.Koii : TaskKind.Token, info.Task),
            Stake = own.Stake ?? StakeOf(info.Task) ?? before.Stake ?? (info.MigratedFrom is { } earlier ? StakeOf(earlier) : null) ?? Lamports.Zero,
            Variables = Environment.Variables,
            IsUnboxed = _options.Unboxed.Concat(Environment.Unboxed).Any(named => named is "all" || named == info.Task.ToString()),
            AllowsWeb = _options.AllowsWeb,
            MaxSpending = own.MaxSpending,
            HandsOverStakingKey = own.HasConsent || before.HasConsent || _options.GivesStakingKeys,
            // What is staked again is not claimed before.
            ClaimFrom = own.RestakeFrom > Lamports.Zero ? new(ulong.MaxValue) : null,
            EnsureStake = (task, wanted, address, token) => Money.EnsureStakeAsync(task, stakingKey.PublicKey, wanted, address, token),
            OnLine = line => _lines.Add(info.Task, line),
            OnStatus = status => Money.Look(info.Task, status, ReadWords()[info.Task].RestakeFrom),
        };
    }

    private Lamports? StakeOf(Pubkey task) => _stakes.TryGetValue(task, out var stake) ? stake : null;

    private void TellMoney(Saga saga)
    {
        Host.Metrics.Changed(saga);
        if ((saga.Step ?? saga.Steps[^1]).Task is { } task)
        {
            _onNews(task, $"money: {saga.Id} is {saga.State.ToString().ToLowerInvariant()}{(saga.Sentence.Length == 0 ? "" : $": {saga.Sentence}")}");
        }
    }

    private NodeRoster ReadWords()
    {
        lock (_gate)
        {
            return _words;
        }
    }

    private void Say(Pubkey task, Func<RosterEntry, RosterEntry> change)
    {
        lock (_gate)
        {
            _words = _words.With(_folders.Data, task, change(_words[task]));
        }
    }

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
