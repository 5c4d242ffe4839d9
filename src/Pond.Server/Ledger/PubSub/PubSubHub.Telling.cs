using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger.Methods;

namespace Pond.Server.Ledger.PubSub;

/// <summary>Who is told what of a change. Runs on one thread.</summary>
internal sealed partial class PubSubHub
{
    private readonly Queue<(Slot Slot, IReadOnlyDictionary<Pubkey, ReadAccount?> Accounts)> _unconfirmed = new();
    private Slot _root = engine.History.Latest.Slot;

    private void Tell(LedgerChange change)
    {
        switch (change)
        {
            case LedgerChange.Landed(var result):
                TellReceived(result);
                TellTransaction(result, Commitment.Processed);
                break;
            case LedgerChange.Sealed(var block, var opened, var told, var written):
                foreach (var result in block.Transactions.Skip(told))
                {
                    TellReceived(result);
                    TellTransaction(result, Commitment.Processed);
                }

                TellSlot(block, opened);
                if (written is not null)
                {
                    TellAccounts(block.Slot, written, level => level is Commitment.Processed);
                    _unconfirmed.Enqueue((block.Slot, written));
                }

                break;
            case LedgerChange.Confirmed(var block):
                _root = block.Slot;
                TellRoot(block);
                foreach (var result in block.Transactions)
                {
                    TellTransaction(result, Commitment.Confirmed);
                    TellTransaction(result, Commitment.Finalized);
                }

                while (_unconfirmed.TryPeek(out var captured) && captured.Slot <= block.Slot)
                {
                    _ = _unconfirmed.Dequeue();
                    TellAccounts(captured.Slot, captured.Accounts, level => level is not Commitment.Processed);
                }

                TellBlock(block);
                break;
        }
    }

    private void TellSlot(Block block, Slot opened)
    {
        Tell(new Interest(ChangeKind.Slot), () => new SlotNotification(opened, block.Slot, _root));
        if (_registry.Count(ChangeKind.SlotUpdate) == 0)
        {
            return;
        }

        var failed = (ulong)block.Transactions.Count(result => result.Error is not null);
        var count = (ulong)block.Transactions.Length;
        // A block is one entry here; upstream cuts it into several as it is made.
        var stats = new SlotStats(count > 0 ? 1UL : 0, count - failed, failed, count);
        TellUpdate(new SlotUpdate("frozen", block.Slot, Now) { Stats = stats });
        TellUpdate(new SlotUpdate("createdBank", opened, Now) { Parent = block.Slot });
    }

    private void TellRoot(Block block)
    {
        Tell(new Interest(ChangeKind.Root), () => block.Slot);
        if (_registry.Count(ChangeKind.SlotUpdate) > 0)
        {
            TellUpdate(new SlotUpdate("optimisticConfirmation", block.Slot, Now));
            TellUpdate(new SlotUpdate("root", block.Slot, Now));
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void TellUpdate(SlotUpdate update) => Tell(new Interest(ChangeKind.SlotUpdate), () => update);

    private void TellReceived(TransactionResult result)
    {
        if (_registry.Count(ChangeKind.Signature) == 0)
        {
            return;
        }

        foreach (var (topic, subscriptions) in _registry.Find(new Interest(ChangeKind.Signature, Transaction: result.Transaction.Id)))
        {
            if (topic is SignatureTopic { WantsReceived: true })
            {
                Send(topic, subscriptions, In(result.Slot, "receivedSignature"));
            }
        }
    }

    private void TellTransaction(TransactionResult result, Commitment level)
    {
        if (_registry.Count(ChangeKind.Signature) > 0)
        {
            foreach (var (topic, subscriptions) in _registry.Find(new Interest(ChangeKind.Signature, Transaction: result.Transaction.Id)))
            {
                if (topic.Level == level)
                {
                    TellLanded(topic, subscriptions, new TransactionStatus(result.Slot, result.Error));
                }
            }
        }

        if (_registry.Count(ChangeKind.Logs) > 0)
        {
            var notification = new Lazy<Contextual<LogsNotification>>(() => In(
                result.Slot, new LogsNotification(result.Transaction.Id, result.Error.ToFailure(), result.Logs)));
            foreach (var interest in Mentions(ChangeKind.Logs, result))
            {
                TellAt(level, interest, () => notification.Value);
            }
        }
    }

    // The last word on a subscription to a transaction: whoever removes it may say it, so that it is said once.
    private void TellLanded(Topic topic, IEnumerable<Subscription> subscriptions, TransactionStatus status)
    {
        var last = subscriptions.Where(subscription => _registry.Remove(subscription)).ToArray();
        if (last.Length > 0)
        {
            Send(topic, last, In(status.Slot, new SignatureNotification(status.Error.ToFailure())));
            foreach (var subscription in last)
            {
                _ = subscription.Connection.Unsubscribe(subscription.Id);
            }
        }
    }

    private void TellAccounts(Slot slot, IReadOnlyDictionary<Pubkey, ReadAccount?> accounts, Func<Commitment, bool> isLevel)
    {
        // By key, so that a program's subscribers on two nodes read one order.
        foreach (var (key, read) in accounts.OrderBy(pair => pair.Key))
        {
            var shown = read ?? new ReadAccount(key, new Account(Lamports.Zero, default, [], IsExecutable: false), TokenDecimals: null);
            foreach (var (topic, subscriptions) in _registry.Find(new Interest(ChangeKind.Account, key)))
            {
                if (isLevel(topic.Level))
                {
                    Send(topic, subscriptions, In(slot, ((AccountTopic)topic).Encode(shown)));
                }
            }

            if (read is null)
            {
                continue;
            }

            foreach (var (topic, subscriptions) in _registry.Find(new Interest(ChangeKind.Program, read.Account.Owner)))
            {
                if (isLevel(topic.Level) && topic is AccountTopic accountTopic && accountTopic.Matches(read.Account))
                {
                    Send(topic, subscriptions, In(slot, new KeyedAccount(key, accountTopic.Encode(read))));
                }
            }
        }
    }

    private void TellBlock(Block block)
    {
        if (_registry.Count(ChangeKind.Block) == 0)
        {
            return;
        }

        foreach (var interest in block.Transactions.SelectMany(result => Mentions(ChangeKind.Block, result)).Prepend(new(ChangeKind.Block)).Distinct())
        {
            foreach (var (topic, subscriptions) in _registry.Find(interest))
            {
                var shown = interest.Key is { } key
                    ? block with { Transactions = [.. block.Transactions.Where(result => result.Keys.Contains(key))] }
                    : block;
                Send(topic, subscriptions, In(block.Slot, Show((BlockTopic)topic, shown)));
            }
        }
    }

    private static BlockNotification Show(BlockTopic topic, Block block)
    {
        try
        {
            return new BlockNotification(block.Slot, Err: null, topic.Encoder.Encode(block));
        }
        catch (RpcException)
        {
            // Nothing else can be wrong with a block whose subscription was taken.
            return new BlockNotification(block.Slot, new Dictionary<string, int>(StringComparer.Ordinal) { ["UnsupportedTransactionVersion"] = 0 }, Block: null);
        }
    }

    // Those who listen to everything, and those who listen to an account that the transaction names.
    private static IEnumerable<Interest> Mentions(ChangeKind kind, TransactionResult result) =>
        result.Keys.Select(key => new Interest(kind, key)).Prepend(new Interest(kind));

    private void TellAt(Commitment level, Interest interest, Func<object> notification)
    {
        foreach (var (topic, subscriptions) in _registry.Find(interest))
        {
            if (topic.Level == level)
            {
                Send(topic, subscriptions, notification());
            }
        }
    }

    private void Tell(Interest interest, Func<object> notification)
    {
        foreach (var (topic, subscriptions) in _registry.Find(interest))
        {
            Send(topic, subscriptions, notification());
        }
    }

    private static Contextual<T> In<T>(Slot slot, T value) => new(new AnswerContext(slot), value);

    private static void Send(Topic topic, Subscription[] subscriptions, object notification)
    {
        var text = OutgoingMessage.Notification(topic.Method, notification);
        foreach (var subscription in subscriptions)
        {
            subscription.Connection.Send(new OutgoingMessage(text, subscription.Id));
        }
    }
}
