using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Contracts.Operator;
using Pond.Contracts.Rpc;
using Pond.Node.Money;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Keys;

namespace Pond.Server.Nodes.Money;

/// <summary>An operator's money at one node: what he wants done with it, what goes on by itself, and where all of it is.</summary>
/// <remarks>Safe for use by several threads.</remarks>
public sealed class NodeMoney : IAsyncDisposable
{
    /// <summary>What transfers and stakes leave on the main key: the fees of a thousand transactions.</summary>
    public static readonly Lamports Reserve = new(10_000_000);

    private const int MaxIdLength = 80;
    private const int MaxMoves = 16;

    private readonly LedgerClient _client;
    private readonly OperatorKeys _keys;
    private readonly MoneyDatabase _database;
    private readonly Func<string> _readAddress;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private long _lastId;

    private NodeMoney(LedgerClient client, OperatorKeys keys, MoneyDatabase database, Func<string> readAddress, Action<Saga> onChanged, TimeProvider time, TimeSpan pollInterval)
    {
        _client = client;
        _keys = keys;
        _database = database;
        _readAddress = readAddress;
        _lastId = time.GetUtcNow().ToUnixTimeMilliseconds();
        Keeper = new MoneyKeeper(
            new MoneyLedger(client, keys.Main.PublicKey, Reserve), database, keys.Main, keys.Find, onChanged, time, new MoneyKeeperOptions { BusyPause = pollInterval });
        Completion = Keeper.RunAsync(_stopping.Token);
    }

    /// <summary>Does it.</summary>
    public MoneyKeeper Keeper { get; }

    /// <summary>Ends with this; failed if its journal can't be kept, which the owner must watch for.</summary>
    public Task Completion { get; }

    /// <summary>Starts, and goes on with what was under way.</summary>
    /// <param name="dataFolder">The node's data folder.</param>
    /// <param name="client">The ledger.</param>
    /// <param name="keys">The operator's keys.</param>
    /// <param name="readAddress">Where others reach the node.</param>
    /// <param name="onChanged">Is told of each change; must not block.</param>
    /// <param name="time">Waits between looks.</param>
    /// <param name="pollInterval">How often to look while something is under way.</param>
    /// <exception cref="PondException">The journal can't be opened.</exception>
    public static NodeMoney Start(
        string dataFolder, LedgerClient client, OperatorKeys keys, Func<string> readAddress, Action<Saga> onChanged, TimeProvider time, TimeSpan pollInterval)
    {
        Directory.CreateDirectory(dataFolder);
        return new(client, keys, MoneyDatabase.Open(Path.Combine(dataFolder, MoneyDatabase.FileName)), readAddress, onChanged, time, pollInterval);
    }

    /// <summary>Has something done. When this returns, it is written down.</summary>
    /// <exception cref="PondException"><c>request-invalid</c>, <c>task-not-found</c>, <c>task-not-moved</c>, <c>saga-differs</c>, or the ledger can't be reached.</exception>
    public async Task<SagaAnswer> AskAsync(SagaRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Id is not { Length: > 0 and <= MaxIdLength } || !request.Id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_'))
        {
            throw Invalid($"An id has up to {MaxIdLength} letters, digits, hyphens, dots and underscores.", "Send one that you remember, so that you can ask again.");
        }

        // What was asked for before is answered as it is: the ledger has changed since, and the steps would be others.
        return Describe(_database.Find(request.Id) is { } earlier && NameOf(earlier.Kind) == request.Kind ? earlier : Keeper.Ask(await PlanAsync(request, cancellationToken)));
    }

    /// <summary>How far a saga is, once it is over or waits for something itself.</summary>
    /// <exception cref="PondException"><c>saga-unknown</c></exception>
    public async Task<SagaAnswer> WaitAsync(string id, CancellationToken cancellationToken) => Describe(await Keeper.WaitAsync(id, cancellationToken));

    /// <summary>Makes sure of a stake and of the address that the ledger lists. What is under way already is waited for.</summary>
    /// <returns>The transaction; null if nothing had to be done.</returns>
    /// <exception cref="PondException">What kept the saga from being done, or <c>stake-unknown</c>.</exception>
    internal async Task<Signature?> EnsureStakeAsync(TaskInfo task, Pubkey stakingKey, Lamports wanted, string address, CancellationToken cancellationToken)
    {
        Signature? last = null;
        while (true)
        {
            var staked = task.Stakes.GetValueOrDefault(stakingKey);
            if (staked >= wanted && string.Equals(task.Addresses.GetValueOrDefault(stakingKey), address, StringComparison.Ordinal))
            {
                return last;
            }

            if (last is not null)
            {
                // It was staked, and the stake is gone again: slashed. What the operator risks is his to say.
                throw new PondException("stake-too-low", $"The stake on {task.Task} is {staked}, and not {wanted}, after it was staked.", "Look at it with 'pond node money'.", isTransient: true);
            }

            // A stake of nothing but the new address is refused, so a node whose address has changed adds one lamport.
            var saga = FindOpen(task.Task, SagaKind.Stake) ?? Keeper.Ask(new Saga
            {
                Id = NewId("stake", task.Task),
                Kind = SagaKind.Stake,
                Steps = [On(SagaStepKind.Stake, task.Task, stakingKey, staked < wanted ? wanted - staked : new Lamports(1), address)],
            });
            var ended = await Keeper.WaitAsync(saga.Id, cancellationToken);
            if (ended.State is not SagaState.Done)
            {
                throw new PondException(
                    ended.State is SagaState.Refused ? ended.Reason : "stake-unknown",
                    ended.Sentence,
                    $"Look at it with 'pond node money'; it is tried again.",
                    isTransient: ended.State is not SagaState.Refused);
            }

            last = ended.Landed[^1];
            task = await _client.GetTaskAsync(task.Task, Commitment.Confirmed, cancellationToken) ?? task;
        }
    }

    /// <summary>Stakes what a task has paid again, once it is enough.</summary>
    internal void Look(Pubkey task, NodeStatus status, Lamports restakeFrom)
    {
        if (restakeFrom == Lamports.Zero || status.AvailableBalance < restakeFrom || status.MigratedTo is not null)
        {
            return;
        }

        lock (_gate)
        {
            if (FindOpen(task, kind: null) is null)
            {
                Keeper.Ask(new Saga
                {
                    Id = NewId("restake", task),
                    Kind = SagaKind.Restake,
                    Steps = [On(SagaStepKind.Restake, task, status.StakingKey, Lamports.Zero, _readAddress())],
                });
            }
        }
    }

    /// <summary>Where every token is.</summary>
    /// <param name="tasks">The tasks to look at.</param>
    /// <param name="isAll">Whether to look at all tasks of the ledger instead: so a phrase finds every stake.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<MoneyAnswer> ReadAsync(IEnumerable<Pubkey> tasks, bool isAll, CancellationToken cancellationToken)
    {
        var ids = isAll
            ? (await _client.GetTasksAsync(Commitment.Confirmed, cancellationToken)).Select(task => task.Task)
            : tasks.Concat(Keeper.ReadOpen().SelectMany(saga => saga.Steps).Select(step => step.Task).OfType<Pubkey>());
        var places = new List<StakePlace>();
        foreach (var id in ids.Distinct().Order())
        {
            if (await _client.GetTaskAsync(id, Commitment.Confirmed, cancellationToken) is { } task)
            {
                places.AddRange(await MoneyPlaces.OfAsync(_client, _keys, task, cancellationToken));
            }
        }

        var main = await _client.GetBalanceAsync(_keys.Main.PublicKey, Commitment.Confirmed, cancellationToken);
        var slot = await _client.GetSlotAsync(Commitment.Confirmed, cancellationToken);
        return new(
            1,
            slot,
            _keys.Main.PublicKey,
            main,
            [.. places],
            MoneyPlaces.Total(main, places),
            [.. Keeper.ReadOpen().Select(Describe)],
            [.. Keeper.ReadLast(20).Select(Describe)]);
    }

    /// <summary>A saga as its operator sees it.</summary>
    internal static SagaAnswer Describe(Saga saga)
    {
        var step = saga.Step ?? saga.Steps[^1];
        return new(
            saga.Id,
            NameOf(saga.Kind),
            saga.State.ToString().ToLowerInvariant(),
            saga.Reason,
            saga.Sentence,
            saga.StepsDone,
            saga.Steps.Length,
            step.Task,
            step.Amount,
            saga.Fees,
            saga.Landed,
            saga.Attempt?.Id);
    }

    /// <summary>Stops; what is under way is found again in the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _database.Dispose();
        _stopping.Dispose();
    }

    private async Task<Saga> PlanAsync(SagaRequest request, CancellationToken cancellationToken)
    {
        var kind = request.Kind switch
        {
            "transfer" => SagaKind.Transfer,
            "stake" => SagaKind.Stake,
            "unstake" => SagaKind.Unstake,
            "claim" => SagaKind.Claim,
            "restake" => SagaKind.Restake,
            "upgrade" => SagaKind.Upgrade,
            _ => throw Invalid($"'{request.Kind}' is nothing that can be done with money.", "Ask for transfer, stake, unstake, claim, restake or upgrade."),
        };
        if (kind is SagaKind.Transfer)
        {
            return request is { To: { } to, Amount: { } sent }
                ? new() { Id = request.Id, Kind = kind, Steps = [new(SagaStepKind.Transfer) { To = to, Amount = sent }] }
                : throw Invalid("A transfer has an amount and somebody who gets it.", "Give both.");
        }

        var id = request.Task ?? throw Invalid($"To {request.Kind} one names a task.", "Give its id.");
        var task = await FindAsync(id, cancellationToken);
        var key = _keys.StakingKeyOf(task).PublicKey;
        return new()
        {
            Id = request.Id,
            Kind = kind,
            Steps = kind switch
            {
                SagaKind.Stake => [On(SagaStepKind.Stake, id, key, request.Amount ?? throw Invalid("A stake has an amount.", "Give one such as 1.5."), _readAddress())],
                SagaKind.Unstake => [On(SagaStepKind.Leave, id, key)],
                SagaKind.Claim => [On(SagaStepKind.Claim, id, key)],
                SagaKind.Restake => [On(SagaStepKind.Restake, id, key, request.Amount ?? Lamports.Zero, _readAddress())],
                _ => await PlanUpgradeAsync(task, key, request.Amount, cancellationToken),
            },
        };
    }

    private async Task<ImmutableArray<SagaStep>> PlanUpgradeAsync(TaskInfo old, Pubkey oldKey, Lamports? amount, CancellationToken cancellationToken)
    {
        var next = old;
        for (var moves = 0; next is { IsMigrated: true, MigratedTo: { } to } && moves < MaxMoves; moves++)
        {
            next = await FindAsync(to, cancellationToken);
        }

        if (next.Task == old.Task)
        {
            throw new PondException("task-not-moved", $"The task {old.Task} has not moved.", "There is nothing to upgrade; add to its stake with 'pond node stake'.");
        }

        var staked = old.Stakes.GetValueOrDefault(oldKey);
        var wanted = amount ?? (staked > next.MinimumStake ? staked : next.MinimumStake);
        var key = _keys.StakingKeyOf(next).PublicKey;
        var stake = On(SagaStepKind.Stake, next.Task, key, wanted, _readAddress());
        var leave = On(SagaStepKind.Leave, old.Task, oldKey);
        // Where the main key can pay for it, the new stake does not wait until the old one is free.
        var main = await _client.GetBalanceAsync(_keys.Main.PublicKey, Commitment.Confirmed, cancellationToken);
        var rent = await _client.GetMinimumBalanceForRentExemptionAsync(StakingAccounts.RentedBytes, cancellationToken) + StakingAccounts.Margin;
        return main >= wanted + rent + Reserve + Reserve ? [stake, leave] : [leave, stake];
    }

    private async Task<TaskInfo> FindAsync(Pubkey task, CancellationToken cancellationToken) =>
        await _client.GetTaskAsync(task, Commitment.Confirmed, cancellationToken) ?? throw new PondException(
            "task-not-found", $"There is no task {task} on the ledger at {_client.Endpoint}.", "Check the task's id and the ledger's address.");

    private Saga? FindOpen(Pubkey task, SagaKind? kind) =>
        Keeper.ReadOpen().FirstOrDefault(saga => (kind is null || saga.Kind == kind) && saga.Step?.Task == task);

    // Unique on this node: its clock may go back, its numbers don't.
    private string NewId(string what, Pubkey task)
    {
        string id;
        do
        {
            id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what}-{task.ToString()[..8]}-{Interlocked.Increment(ref _lastId)}");
        }
        while (_database.Find(id) is not null);

        return id;
    }

    private static SagaStep On(SagaStepKind kind, Pubkey task, Pubkey stakingKey, Lamports amount = default, string address = "") =>
        new(kind) { Task = task, StakingKey = stakingKey, Amount = amount, Address = address };

    private static string NameOf(SagaKind kind) => kind.ToString().ToLowerInvariant();

    private static PondException Invalid(string message, string fix) => new("request-invalid", message, fix);
}
