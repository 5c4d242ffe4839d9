using System.Threading.Channels;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Server.Ledger.Methods;

namespace Pond.Server.Ledger.PubSub;

/// <summary>Turns the ledger's steps into notifications and hands them to the sockets that subscribed.</summary>
/// <remarks>
/// The ledger's own thread only notes what happened, and copies accounts only if somebody watches them. All else is done by <see cref="RunAsync"/>,
/// so that a ledger with ten thousand subscribers seals its blocks as fast as one with none.
/// </remarks>
internal sealed partial class PubSubHub(LedgerEngine engine, PubSubOptions options, TimeProvider time, ILogger<PubSubHub> logger) : ILedgerObserver
{
    // A block's change holds no more than the history does anyway; this many slots behind, the machine is hopelessly busy.
    private const int MaxBacklog = 65_536;

    // No transaction writes them, and yet they change with every slot.
    private static readonly Pubkey[] MovingSysvars = [ProgramIds.Clock, ProgramIds.SlotHashes, ProgramIds.RecentBlockhashes];

    private readonly SubscriptionRegistry _registry = new();
    private readonly Channel<LedgerChange> _changes = Channel.CreateBounded<LedgerChange>(
        new BoundedChannelOptions(MaxBacklog) { SingleReader = true });

    private ulong _lastId;
    private int _reserved;
    private bool _hasGap;

    // Under the engine's lock: the open slot's transactions, of which those from the first that found no room are told at its end.
    private int _landed;
    private int _told;
    private Dictionary<Pubkey, ReadAccount?>? _written;

    /// <summary>Called when changes were lost, which no subscriber can make up for: all must start anew.</summary>
    internal Action? OnGap { private get; set; }

    /// <summary>How many subscriptions there are.</summary>
    internal int SubscriptionCount => Volatile.Read(ref _reserved);

    /// <summary>Makes room for a subscription.</summary>
    /// <returns>Its id. All are different: Koii's client tells equal subscriptions apart by nothing else.</returns>
    /// <exception cref="RpcException">There are too many.</exception>
    internal ulong Reserve()
    {
        if (Interlocked.Increment(ref _reserved) > options.MaxSubscriptions)
        {
            _ = Interlocked.Decrement(ref _reserved);
            throw PubSubErrors.TooManySubscriptions("Node");
        }

        return Interlocked.Increment(ref _lastId);
    }

    /// <summary>Begins to notify; a transaction that has landed is told of at once.</summary>
    internal void Add(Subscription subscription)
    {
        _registry.Add(subscription);
        // Asked only now: had it landed between the question and the subscription, nobody would ever tell.
        if (subscription.Topic is SignatureTopic { Interest.Transaction: { } id } topic && FindLanded(id, topic.Level) is { } landed)
        {
            TellLanded(topic, [subscription], landed);
        }
    }

    /// <summary>Ends a subscription and gives back its room. Once for each that was reserved.</summary>
    internal void Remove(Subscription subscription)
    {
        _ = _registry.Remove(subscription);
        _ = Interlocked.Decrement(ref _reserved);
    }

    /// <inheritdoc/>
    public void TransactionLanded(TransactionResult result)
    {
        var isNext = _told == _landed++;
        if (isNext && (!WantsTransactions || (_changes.Reader.Count < MaxBacklog / 2 && _changes.Writer.TryWrite(new LedgerChange.Landed(result)))))
        {
            _told = _landed;
        }
    }

    /// <inheritdoc/>
    public void SlotEnding(Bank bank)
    {
        _written = null;
        var hasPrograms = _registry.Count(ChangeKind.Program) > 0;
        if (!hasPrograms && _registry.Count(ChangeKind.Account) == 0)
        {
            return;
        }

        foreach (var key in bank.WrittenAccounts.Concat(MovingSysvars))
        {
            if ((hasPrograms && !MovingSysvars.Contains(key)) || _registry.IsWanted(new Interest(ChangeKind.Account, key)))
            {
                Capture(bank, key);
            }
        }
    }

    /// <inheritdoc/>
    public void BlockSealed(Block block, Slot opened)
    {
        Note(new LedgerChange.Sealed(block, opened, _told, _written));
        (_landed, _told, _written) = (0, 0, null);
    }

    /// <inheritdoc/>
    public void BlockConfirmed(Block block) => Note(new LedgerChange.Confirmed(block));

    /// <summary>Notifies until it is told to stop.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in _changes.Reader.ReadAllAsync(cancellationToken))
            {
                try
                {
                    Tell(change);
                    if (Interlocked.Exchange(ref _hasGap, false))
                    {
                        OnGap?.Invoke();
                    }
                }
                catch (Exception exception)
                {
                    // The outermost loop of this shell: what one change lacks must not end all notifications.
                    LogFailure(logger, exception);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private bool WantsTransactions => _registry.Count(ChangeKind.Signature) + _registry.Count(ChangeKind.Logs) > 0;

    private void Capture(Bank bank, Pubkey key) => (_written ??= [])[key] = ReadAccount.Of(bank, key);

    private void Note(LedgerChange change)
    {
        if (!_changes.Writer.TryWrite(change))
        {
            Volatile.Write(ref _hasGap, true);
        }
    }

    private TransactionStatus? FindLanded(Signature id, Commitment level)
    {
        var (recent, latest) = engine.Read((bank, history) => (bank.GetStatus(id), bank.SlotAt(history, level)));
        // The history may be on a disk, so it is searched outside of the lock.
        var status = recent ?? (engine.History.Find(id) is { } place ? new TransactionStatus(place.Block.Slot, place.Result.Error) : null);
        return status is not null && status.Slot <= latest ? status : null;
    }

    [LoggerMessage(EventId = 1002, Level = LogLevel.Error, Message = "Notifications of one change of the ledger failed.")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
