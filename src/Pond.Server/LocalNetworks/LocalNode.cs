using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Ledger.Storage;
using Pond.Server.Nodes;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Server.LocalNetworks;

/// <summary>What the nodes of a local network share.</summary>
internal sealed record LocalNodeShared(
    Uri Ledger,
    Uri Content,
    string Executables,
    TaskSandbox? Sandbox,
    TimeSpan PollInterval,
    bool HasTimers,
    ImmutableDictionary<string, string> Variables,
    LedgerClient Client,
    TimeProvider Time,
    ILoggerFactory Loggers);

/// <summary>A node of a local network: it takes part in every task that it is offered, with stake from the faucet.</summary>
internal sealed class LocalNode(string name, string folder, LocalNodeShared shared) : IAsyncDisposable
{
    /// <summary>What a node gets from the faucet when it has less than the next stake and <see cref="Reserve"/>.</summary>
    private static readonly Lamports Airdrop = Lamports.FromKoii(1_000);

    /// <summary>What is left for fees and rent beside a stake.</summary>
    private static readonly Lamports Reserve = Lamports.FromKoii(10);

    /// <summary>The pause before a task is tried again that could not be started; it doubles up to <see cref="LongestPause"/>.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Where the original nodes get programs on Arweave from. What runs here is the creator's own.</summary>
    private static readonly Uri ArweaveGateway = new("https://arweave.net");

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ILogger<LocalNode> _logger = shared.Loggers.CreateLogger<LocalNode>();
    private readonly Lock _gate = new();
    private readonly Dictionary<Pubkey, TaskAttempt> _attempts = [];
    private readonly SemaphoreSlim _funding = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private Keypair _operator = null!;
    private NodeHost _host = null!;
    private int _port;
    private Task? _disposal;

    /// <summary>Where it is.</summary>
    internal LocalNodePlace Place => new(name, _host.Address, _operator.PublicKey, folder);

    /// <summary>Starts the node, without tasks.</summary>
    internal async Task StartAsync(LocalPorts ports, int port, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var keyPath = Path.Combine(folder, "id.json");
        if (!File.Exists(keyPath))
        {
            KeyFile.Write(keyPath, Keypair.FromSeed(LocalLedger.NewSeed()));
        }

        _operator = KeyFile.Read(keyPath);
        _host = await ports.StartAsync(name, port, chosen => StartHostAsync(chosen, cancellationToken), host => host.Address.Port);
        _port = _host.Address.Port;
    }

    /// <summary>Keeps the node running. Called once.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _host.Completion.WaitAsync(stoppingToken);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception)
            {
                _logger.NodeFailed(exception, name);
            }

            try
            {
                await _host.DisposeAsync();
                lock (_gate)
                {
                    _attempts.Clear();
                }

                await Task.Delay(pause, shared.Time, stoppingToken);
                pause = pause < LongestPause ? pause * 2 : LongestPause;
                _host = await StartHostAsync(_port, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (PondException exception)
            {
                _logger.NodeFailed(exception, name);
            }
        }
    }

    /// <summary>Tells which tasks there are to run. Those that the node does not run are begun.</summary>
    internal void Offer(ImmutableArray<TaskSummary> tasks)
    {
        var now = shared.Time.GetTimestamp();
        lock (_gate)
        {
            if (_disposal is not null)
            {
                return;
            }

            foreach (var task in tasks)
            {
                var attempt = _attempts.GetValueOrDefault(task.Task);
                if (attempt is null || attempt.IsToBeTried(shared.Time, now))
                {
                    var next = new TaskAttempt(attempt?.Failures ?? 0);
                    _attempts[task.Task] = next;
                    next.Running = RunAsync(task, next);
                }
            }
        }
    }

    /// <summary>How it is doing with its tasks, by their ids.</summary>
    internal ImmutableArray<LocalNodeTask> Report()
    {
        KeyValuePair<Pubkey, TaskAttempt>[] attempts;
        lock (_gate)
        {
            attempts = [.. _attempts.OrderBy(pair => pair.Key)];
        }

        return [.. attempts.Select(pair => Report(pair.Key, pair.Value))];
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposal ??= StopAsync();
        }

        return new(_disposal);
    }

    private Task<NodeHost> StartHostAsync(int port, CancellationToken cancellationToken) => NodeHost.StartAsync(
        new NodeHostOptions
        {
            DataFolder = folder,
            Ledger = shared.Ledger,
            Operator = _operator,
            Sandbox = shared.Sandbox,
            Port = port,
            ContentSources = [shared.Content],
            AllowsPrivateAddresses = true,
            DevelopmentFolder = shared.Executables,
            ArweaveGateway = ArweaveGateway,
            PollInterval = shared.PollInterval,
            HasTimers = shared.HasTimers,
        },
        shared.Time,
        shared.Loggers.CreateLogger<NodeHost>(),
        cancellationToken);

    private async Task RunAsync(TaskSummary task, TaskAttempt attempt)
    {
        await Task.Yield();
        try
        {
            await FundAsync(task, _stopping.Token);
            await using var running = await _host.AddTaskAsync(
                new NodeTaskOptions
                {
                    Task = task.Task,
                    StakingKey = StakingKeys.Of(_operator, task.Task),
                    // On this network all tasks are the creator's own, and the machine is his.
                    AllowsWeb = true,
                    Variables = shared.Variables,
                },
                _stopping.Token);
            attempt.Part = running;
            _logger.TaskStarted(name, task.Task);
            await running.Completion.WaitAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception exception)
        {
            attempt.Fail(exception is PondException pond ? $"{pond.Code}: {pond.Message} {pond.Fix}" : exception.Message, shared.Time);
            _logger.TaskRefused(name, task.Task, exception.Message);
        }
        finally
        {
            attempt.Part = null;
        }
    }

    private async Task FundAsync(TaskSummary task, CancellationToken cancellationToken)
    {
        // A task that pays in tokens is staked in tokens; the faucet has none of those.
        var stake = task.Token is null ? task.MinimumStake : Lamports.Zero;
        await _funding.WaitAsync(cancellationToken);
        try
        {
            var balance = await shared.Client.GetBalanceAsync(_operator.PublicKey, Commitment.Processed, cancellationToken);
            if (balance >= stake + Reserve)
            {
                return;
            }

            await using var sender = new TransactionSender(
                shared.Client, shared.Time, new TransactionSenderOptions { PollInterval = shared.PollInterval });
            var airdrop = await shared.Client.RequestAirdropAsync(_operator.PublicKey, stake + Airdrop, cancellationToken);
            if (await sender.WaitAsync(airdrop, cancellationToken) is not TransactionOutcome.Confirmed)
            {
                throw new PondException(
                    "faucet-empty", $"The faucet gave the operator of {name} nothing.", "Look at the faucet's balance; start a new network with --home DIR.");
            }
        }
        catch (RpcException exception)
        {
            throw new PondException(
                "faucet-empty", $"The faucet refused {name}: {exception.Message}", "Look at the faucet's balance; start a new network with --home DIR.", innerException: exception);
        }
        finally
        {
            _funding.Release();
        }
    }

    private LocalNodeTask Report(Pubkey task, TaskAttempt attempt)
    {
        var status = attempt.Part?.Status;
        return new LocalNodeTask
        {
            Node = name,
            Task = task,
            StakingKey = StakingKeys.Of(_operator, task).PublicKey,
            State = status is not null ? status.Task.ToString().ToLowerInvariant() : attempt.Problem is null ? "starting" : "refused",
            Problem = status?.LedgerError ?? attempt.Problem,
            LastLine = status?.LastLine,
            Earned = status?.Earned ?? Lamports.Zero,
            Log = Path.Combine(folder, "tasks", task.ToString(), "home", "task.log"),
        };
    }

    private async Task StopAsync()
    {
        await Task.Yield();
        await _stopping.CancelAsync();
        Task[] running;
        lock (_gate)
        {
            running = [.. _attempts.Values.Select(attempt => attempt.Running)];
        }

        await Task.WhenAll(running);
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _stopping.Dispose();
        _funding.Dispose();
    }

    /// <summary>A task on this node, from its start to its failure.</summary>
    private sealed class TaskAttempt(int failures)
    {
        private long _failedAt;

        internal Task Running { get; set; } = Task.CompletedTask;

        internal NodeTask? Part { get; set; }

        internal int Failures { get; private set; } = failures;

        internal string? Problem { get; private set; }

        internal void Fail(string problem, TimeProvider time)
        {
            Failures++;
            _failedAt = time.GetTimestamp();
            Problem = problem;
        }

        internal bool IsToBeTried(TimeProvider time, long now)
        {
            var pause = Math.Min(FirstPause.Ticks << Math.Min(Failures - 1, 10), LongestPause.Ticks);
            return Problem is not null && Running.IsCompleted && time.GetElapsedTime(_failedAt, now) >= TimeSpan.FromTicks(pause);
        }
    }
}
