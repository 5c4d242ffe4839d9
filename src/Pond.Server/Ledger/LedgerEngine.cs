using System.Collections.Immutable;
using System.Diagnostics;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger.Storage;

namespace Pond.Server.Ledger;

/// <summary>Owns the bank: passes transactions to it, seals its blocks as time goes on, and lets others read it.</summary>
/// <remarks>
/// Concurrency: one lock around the bank and the history of its blocks. A step of the bank takes microseconds, so a queue in front of it would
/// cost more than the waiting; what takes long (signatures, the beacon's proof, encoding of answers) happens outside. Thus every reader sees
/// the state between two steps, and never one in the middle of a transaction. Safe to use from several threads.
/// A sealed block is confirmed when it is on the disk, which another task sees to: nobody waits for the disk under the lock.
/// </remarks>
internal sealed partial class LedgerEngine
{
    // Further behind than this, upstream calls a node unhealthy.
    private const ulong MaxSlotsBehind = 150;

    private readonly Lock _gate = new();
    private readonly Bank _bank;
    private readonly Keypair _producer;
    private readonly SlotClock _clock;
    private readonly PerformanceLog _performance;
    private readonly MiningMode _mining;
    private readonly LedgerStorage? _storage;
    private readonly TimeProvider _time;
    private readonly List<ActivityContext> _traced = [];
    private int _openTransactions;
    private volatile PondException? _failure;
    private ILedgerObserver? _observer;

    /// <summary>Opens a ledger; its open slot begins now.</summary>
    /// <param name="options">What it is.</param>
    /// <param name="time">Drives the slots.</param>
    /// <param name="storage">Where it is kept; null for a new ledger in memory.</param>
    internal LedgerEngine(LedgerHostOptions options, TimeProvider time, LedgerStorage? storage = null)
    {
        _producer = options.Producer;
        _storage = storage;
        _time = time;
        Metrics = new LedgerMetrics(time);
        _bank = storage?.Bank ?? options.Bank ?? new Bank(options.Genesis);
        History = storage?.History
            ?? new BlockHistory(_bank.LatestBlock, options.Genesis.ComputeHash(), (ulong)options.HistoryBlocks, store: null);
        _mining = options.Mining;
        _clock = new SlotClock(time, _bank.Slot, options.Genesis.SlotDuration, options.Mining);
        _performance = new PerformanceLog(_bank.Slot, options.Genesis.SlotDuration);
    }

    /// <summary>The confirmed blocks. Searching it may read from a disk: don't do it inside of <see cref="Read"/>.</summary>
    internal BlockHistory History { get; }

    /// <summary>Why the ledger takes no more transactions; null while it does.</summary>
    internal PondException? Failure => _failure;

    /// <summary>Each confirmed block.</summary>
    internal BlockFeed Blocks { get; } = new();

    /// <summary>What it shows to whoever measures.</summary>
    internal LedgerMetrics Metrics { get; }

    /// <summary>Which slot it is.</summary>
    internal SlotClock Clock => _clock;

    /// <summary>The sum of all accounts before the first transaction, built-in ones included.</summary>
    internal Lamports InitialSupply => Read((bank, _) => bank.InitialSupply);

    /// <summary>How many slots the bank is behind the clock: 0 or 1 while all is well.</summary>
    internal ulong SlotsBehind
    {
        get
        {
            var open = Read((bank, _) => bank.Slot);
            var now = _clock.Now;
            return now > open ? now - open : 0;
        }
    }

    /// <summary>Whether slots are sealed about when they should be.</summary>
    internal bool IsHealthy => _failure is null && SlotsBehind <= MaxSlotsBehind;

    /// <summary>Tells somebody of each step. Called before anything runs.</summary>
    internal void TellStepsTo(ILedgerObserver observer) => _observer = observer;

    /// <summary>The same in K2's words: <c>ok</c>, <c>behind</c>, or <c>unknown</c> for a ledger that has stopped.</summary>
    internal string Health => IsHealthy ? "ok" : _failure is null ? "behind" : "unknown";

    /// <summary>Reads the state. What the function returns must not hold on to the bank.</summary>
    internal T Read<T>(Func<Bank, BlockHistory, T> read)
    {
        lock (_gate)
        {
            return read(_bank, History);
        }
    }

    /// <summary>What happened in the last minutes, newest first.</summary>
    internal ImmutableArray<MinuteSample> ReadPerformance(int limit)
    {
        lock (_gate)
        {
            return _performance.Find(limit);
        }
    }

    /// <summary>Runs a transaction whose signatures hold in the open slot, if it passes its trial.</summary>
    /// <param name="transaction">The transaction; its signatures have been verified.</param>
    /// <param name="skipPreflight">Whether to run it without the trial, which lets one land that fails and pays its fee.</param>
    /// <param name="skippedSigners">The signers whose signatures were not looked at, as bits; none but on a local network.</param>
    /// <returns>The trial that it failed, and nothing has happened; null if it was run, with whatever result.</returns>
    internal SimulationResult? Submit(Transaction transaction, bool skipPreflight, uint skippedSigners = 0)
    {
        lock (_gate)
        {
            ThrowIfStopped();
            if (!skipPreflight && _bank.Simulate(transaction, replaceBlockhash: false) is { Error: not null } trial)
            {
                return trial;
            }

            _ = Process(transaction, skippedSigners);
            return null;
        }
    }

    /// <summary>Moves lamports from the faucet to an account.</summary>
    /// <returns>What became of it.</returns>
    internal TransactionResult Airdrop(Keypair faucet, Pubkey account, Lamports amount)
    {
        var transfer = new Primitives.Instructions.SystemInstruction.Transfer(amount).ToInstruction(faucet.PublicKey, account);
        lock (_gate)
        {
            ThrowIfStopped();
            // Equal airdrops within one block would be one transaction. A payment of the faucet to itself tells them apart.
            var transaction = Transaction.Sign(faucet, _bank.LatestBlock.Hash, [transfer]);
            for (var copy = 1UL; _bank.GetStatus(transaction.Id) is not null; copy++)
            {
                var mark = new Primitives.Instructions.SystemInstruction.Transfer(new Lamports(copy));
                transaction = Transaction.Sign(
                    faucet, _bank.LatestBlock.Hash, [transfer, mark.ToInstruction(faucet.PublicKey, faucet.PublicKey)]);
            }

            return Process(transaction);
        }
    }

    /// <summary>Seals slot after slot until it is told to stop; then it sees to it that nothing taken is lost.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        Metrics.Watch(() => SlotsBehind);
        _storage?.Start(Confirm, failure => _failure = failure, Metrics.Stored);
        try
        {
            while (true)
            {
                // Only this loop seals, so the input still stands when the slot ends. Made ahead, the proof's millisecond delays no block.
                var (open, proof) = (Read((bank, _) => bank.Slot), Prove());
                await _clock.WaitForAsync(open + 1, cancellationToken);
                await SealAsync(proof, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
            await FinishAsync();
        }
        finally
        {
            Metrics.Dispose();
            Blocks.Complete();
        }
    }

    /// <summary>Seals the open slot. Called by one task at a time.</summary>
    private async Task SealAsync(VrfProof proof, CancellationToken cancellationToken)
    {
        if (_failure is not null)
        {
            // The disk has failed: reading goes on, and nothing is sealed any more.
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
        }

        SealedBlock block;
        lock (_gate)
        {
            using var activity = LedgerTraces.Block(_bank.Slot, _traced);
            _observer?.SlotEnding(_bank);
            // Not simply the next slot: what the process has slept through has passed.
            var next = Later(_clock.Now, _bank.Slot + 1);
            var sealedBlock = _bank.Seal(proof, next);
            (_openTransactions, _hasOpenEntries) = (0, false);
            activity.Tell(sealedBlock);
            _traced.Clear();
            _performance.Add(sealedBlock);
            Metrics.Sealed(sealedBlock.Transactions.Length);
            _observer?.BlockSealed(sealedBlock, next);
            block = new SealedBlock(sealedBlock, next, _storage?.WantsState(sealedBlock) is true ? _bank.Capture() : null)
            {
                Entries = _bank.LatestEntries,
                Trace = activity?.Context ?? default,
            };
        }

        if (_storage is null)
        {
            Confirm(block.Block);
            return;
        }

        try
        {
            // Not given up half-way: a block that is sealed has to get to the disk before the next one can.
            await _storage.WriteAsync(block);
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            // It has failed meanwhile, and has told.
        }
    }

    private async Task FinishAsync()
    {
        if (_storage is null)
        {
            return;
        }

        if (_failure is null && Read((_, _) => _openTransactions > 0 || _hasOpenEntries))
        {
            await SealAsync(Prove(), CancellationToken.None);
        }

        await _storage.DisposeAsync();
    }

    private VrfProof Prove() => _producer.Prove(Read((bank, _) => bank.BeaconInput).AsSpan());

    private void Confirm(Block block)
    {
        History.Confirm(block);
        Metrics.Confirmed();
        _observer?.BlockConfirmed(block);
        Blocks.Publish(block);
    }

    // Under the lock.
    private TransactionResult Process(Transaction transaction, uint skippedSigners = 0)
    {
        PrepareLocally(skippedSigners);
        var result = _bank.Process(transaction);
        if (result.IsLanded)
        {
            _openTransactions++;
            LedgerTraces.Remember(_traced);
            _failuresLeft = Math.Max(0, _failuresLeft - 1);
            _observer?.TransactionLanded(result);
            SealOnDemand();
        }

        return result;
    }

    private void ThrowIfStopped()
    {
        if (_failure is { } failure)
        {
            throw new PondException("ledger-stopped", $"The ledger takes no transactions: {failure.Message}", failure.Fix, innerException: failure);
        }

        if (_openTransactions >= TransactionPlace.MaxPerBlock)
        {
            throw new PondException(
                "block-full", $"The open block has {_openTransactions} transactions, and no more fit.", "Try again in the next slot.", isTransient: true);
        }
    }

    private static Slot Later(Slot left, Slot right) => left > right ? left : right;
}
