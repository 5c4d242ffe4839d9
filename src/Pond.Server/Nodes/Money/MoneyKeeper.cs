using Pond.Contracts.Rpc;
using Pond.Node.Money;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Transactions;

namespace Pond.Server.Nodes.Money;

/// <summary>Does what an operator wants done with his money, each thing once: a saga that was begun is finished, whatever fails in between.</summary>
/// <remarks>
/// One transaction is under way at a time. It is on disk, signed, before it is sent; a keeper that was killed finds it there, and sends the same bytes or
/// learns what became of them. Safe for use by several threads.
/// </remarks>
public sealed class MoneyKeeper
{
    private readonly IMoneyLedger _ledger;
    private readonly IMoneyJournal _journal;
    private readonly Keypair _main;
    private readonly Func<Pubkey, Pubkey, Keypair?> _findKey;
    private readonly Action<Saga> _onChanged;
    private readonly TimeProvider _time;
    private readonly MoneyKeeperOptions _options;
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (Signature Id, long At)? _sent;

    /// <summary>Makes one.</summary>
    /// <param name="ledger">Where the money is.</param>
    /// <param name="journal">Where sagas are written down.</param>
    /// <param name="main">The main key.</param>
    /// <param name="findKey">The staking key of a task by its address; null if it is none of this operator's.</param>
    /// <param name="onChanged">Is told of each change once it is on disk; must not block.</param>
    /// <param name="time">Waits between looks.</param>
    /// <param name="options">How often to look.</param>
    internal MoneyKeeper(
        IMoneyLedger ledger,
        IMoneyJournal journal,
        Keypair main,
        Func<Pubkey, Pubkey, Keypair?> findKey,
        Action<Saga> onChanged,
        TimeProvider time,
        MoneyKeeperOptions options)
    {
        _ledger = ledger;
        _journal = journal;
        _main = main;
        _findKey = findKey;
        _onChanged = onChanged;
        _time = time;
        _options = options;
    }

    /// <summary>What went wrong at the last look; null if nothing did.</summary>
    public string? LastError { get; private set; }

    /// <summary>Has a saga done. One of that id that is there already stays as it is: who is not sure whether he was heard asks again.</summary>
    /// <returns>The saga as it is written down.</returns>
    /// <exception cref="PondException"><c>saga-differs</c>: there is another one of that id.</exception>
    public Saga Ask(Saga saga)
    {
        ArgumentNullException.ThrowIfNull(saga);
        lock (_gate)
        {
            if (_journal.Find(saga.Id) is { } earlier)
            {
                return earlier.Kind == saga.Kind && earlier.Steps.SequenceEqual(saga.Steps)
                    ? earlier
                    : throw new PondException("saga-differs", $"'{saga.Id}' was asked for before, and was something else.", "Give what is new another id.");
            }

            _journal.Save(saga);
        }

        Tell(saga);
        return saga;
    }

    /// <summary>Gives a saga up that has nothing under way.</summary>
    /// <exception cref="PondException"><c>saga-unknown</c>, <c>saga-under-way</c>.</exception>
    public Saga Cancel(string id)
    {
        lock (_gate)
        {
            var saga = Get(id);
            var cancelled = SagaRules.Cancelled(saga) ?? throw new PondException(
                "saga-under-way",
                saga.IsOver ? $"'{id}' is over." : $"A transaction of '{id}' is under way: what is sent can't be taken back.",
                saga.IsOver ? "Look at what it did with 'pond node money'." : "Wait until it is confirmed, or has expired.");
            _journal.Save(cancelled);
            Tell(cancelled);
            return cancelled;
        }
    }

    /// <summary>A saga.</summary>
    /// <exception cref="PondException"><c>saga-unknown</c></exception>
    public Saga Get(string id) => _journal.Find(id) ?? throw new PondException("saga-unknown", $"There is nothing called '{id}' here.", "Look which there are with 'pond node money'.");

    /// <summary>The last sagas, newest first.</summary>
    public IReadOnlyList<Saga> ReadLast(int count) => _journal.ReadLast(count);

    /// <summary>The sagas that are not over, oldest first.</summary>
    public IReadOnlyList<Saga> ReadOpen() => _journal.ReadOpen();

    /// <summary>Waits until a saga is over, or waits for something itself.</summary>
    /// <exception cref="PondException"><c>saga-unknown</c></exception>
    public async Task<Saga> WaitAsync(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = ReadChanged();
            if (Get(id) is { State: not SagaState.Running } saga)
            {
                return saga;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Goes on with all sagas until the token says stop. What is under way then is found again in the journal.</summary>
    /// <exception cref="PondException">The journal can't be kept.</exception>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var changed = ReadChanged();
                var isBusy = await StepAsync(stoppingToken);
                // Whatever changed meanwhile, by this step or by who asked for something, is looked at at once.
                _ = await Task.WhenAny(changed, Task.Delay(isBusy ? _options.BusyPause : _options.IdlePause, _time, stoppingToken));
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    /// <summary>Looks at each open saga once and makes its next move.</summary>
    /// <returns>Whether one of them is under way, so that it pays to look again soon.</returns>
    internal async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        // What is under way comes first, and while it is, nothing else is signed: two transactions could spend the same lamports.
        var open = _journal.ReadOpen().OrderBy(saga => IsUnderWay(saga) ? 0 : 1).ToList();
        var isBusy = false;
        foreach (var saga in open)
        {
            if (isBusy && saga.Attempt is null)
            {
                continue;
            }

            try
            {
                isBusy |= await MoveAsync(saga, cancellationToken);
                LastError = null;
            }
            catch (Exception exception) when (exception is RpcException or PondException { IsTransient: true })
            {
                LastError = exception.Message;
                isBusy |= IsUnderWay(saga);
            }
        }

        return isBusy;
    }

    private static bool IsUnderWay(Saga saga) => saga is { Attempt: not null, State: not SagaState.Unknown };

    /// <summary>Makes a saga's next move.</summary>
    /// <returns>Whether it is under way.</returns>
    private async Task<bool> MoveAsync(Saga saga, CancellationToken cancellationToken)
    {
        var facts = await _ledger.ReadAsync(saga, cancellationToken);
        switch (SagaRules.Next(saga, facts))
        {
            case SagaMove.Save(var next):
                Save(saga, next);
                return next.State is SagaState.Running;
            case SagaMove.Sign sign:
                return await SignAsync(saga, sign, facts, cancellationToken);
            case SagaMove.Send(var attempt):
                await SendAsync(attempt, cancellationToken);
                return true;
            default:
                return IsUnderWay(saga);
        }
    }

    private async Task<bool> SignAsync(Saga saga, SagaMove.Sign sign, MoneyFacts facts, CancellationToken cancellationToken)
    {
        var signers = new List<Keypair> { _main };
        if (sign.StakingKey is { } stakingKey)
        {
            if (_findKey(saga.Step!.Task!.Value, stakingKey) is not { } found)
            {
                Save(saga, SagaRules.Refused(saga, new(RefusalKind.Final, $"{stakingKey} is none of this operator's keys: import the one that it belongs to."), facts));
                return false;
            }

            signers.Add(found);
        }

        var (blockhash, lastValid, slot) = await _ledger.GetBlockhashAsync(cancellationToken);
        var message = Message.Compile(_main.PublicKey, blockhash, sign.Instructions);
        if (await _ledger.TryAsync(message, cancellationToken) is { } refusal)
        {
            Save(saga, SagaRules.Refused(saga, refusal, facts));
            return refusal.Kind is RefusalKind.Outdated;
        }

        var transaction = Transaction.Sign(message, [.. signers]);
        if (_journal.IsKnown(transaction.Id))
        {
            // The same step of another saga with the same hash: the next block brings another one.
            return true;
        }

        var attempt = new Attempt(transaction.Id, [.. transaction.Serialize()], lastValid, slot);
        if (Save(saga, SagaRules.UnderWay(saga, attempt)))
        {
            await SendAsync(attempt, cancellationToken);
        }

        return true;
    }

    private async Task SendAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        if (_sent is var (id, at) && id == attempt.Id && _time.GetElapsedTime(at) < _options.ResendInterval)
        {
            return;
        }

        if (!Transaction.TryRead(attempt.Bytes.AsSpan(), out var transaction, out var error))
        {
            throw new PondException("journal-damaged", $"The journal of the money holds {attempt.Id}, which is no transaction: {error}", "Restore it from a backup.");
        }

        await _ledger.SendAsync(transaction, cancellationToken);
        // Noted only once it was handed over: what was not is sent again at the next look.
        _sent = (attempt.Id, _time.GetTimestamp());
    }

    /// <summary>Writes a change down, unless its operator has given the saga up meanwhile.</summary>
    private bool Save(Saga before, Saga next)
    {
        lock (_gate)
        {
            if (before.Attempt is null && _journal.Find(before.Id) is not { IsOver: false })
            {
                return false;
            }

            _journal.Save(next);
        }

        Tell(next);
        return true;
    }

    private void Tell(Saga saga)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
        _onChanged(saga);
    }

    private Task ReadChanged()
    {
        lock (_gate)
        {
            return _changed.Task;
        }
    }
}
