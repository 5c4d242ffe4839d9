using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Transactions;

namespace Pond.Server.Ledger;

/// <summary>Owns the bank: passes transactions to it, seals its blocks as time goes on, and lets others read it.</summary>
/// <remarks>
/// Concurrency: one lock around the bank and the history of its blocks. A step of the bank takes microseconds, so a queue in front of it would
/// cost more than the waiting; what takes long (signatures, the beacon's proof, encoding of answers) happens outside. Thus every reader sees
/// the state between two steps, and never one in the middle of a transaction. Safe to use from several threads.
/// </remarks>
internal sealed class LedgerEngine
{
    // Further behind than this, upstream calls a node unhealthy.
    private const ulong MaxSlotsBehind = 150;

    private readonly Lock _gate = new();
    private readonly Bank _bank;
    private readonly BlockHistory _history;
    private readonly Keypair _producer;
    private readonly SlotClock _clock;
    private readonly MiningMode _mining;
    private ILedgerObserver? _observer;
    private readonly PerformanceLog _performance;

    /// <summary>Opens a new ledger; its first slot begins now.</summary>
    internal LedgerEngine(LedgerHostOptions options, TimeProvider time)
    {
        _bank = new Bank(options.Genesis);
        _producer = options.Producer;
        _history = new BlockHistory(options.HistoryBlocks);
        _history.Add(_bank.LatestBlock);
        InitialSupply = _bank.TotalLamports;
        _mining = options.Mining;
        _clock = new SlotClock(time, _bank.Slot, options.Genesis.SlotDuration, options.Mining);
        _performance = new PerformanceLog(_bank.Slot, options.Genesis.SlotDuration);
    }

    /// <summary>Each sealed block.</summary>
    internal BlockFeed Blocks { get; } = new();

    /// <summary>Which slot it is.</summary>
    internal SlotClock Clock => _clock;

    /// <summary>The sum of all accounts before the first transaction, built-in ones included.</summary>
    internal Lamports InitialSupply { get; }

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
    internal bool IsHealthy => SlotsBehind <= MaxSlotsBehind;

    /// <summary>Reads the state. What the function returns must not hold on to the bank.</summary>
    internal T Read<T>(Func<Bank, BlockHistory, T> read)
    {
        lock (_gate)
        {
            return read(_bank, _history);
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
    /// <returns>The trial that it failed, and nothing has happened; null if it was run, with whatever result.</returns>
    internal SimulationResult? Submit(Transaction transaction, bool skipPreflight)
    {
        lock (_gate)
        {
            if (!skipPreflight && _bank.Simulate(transaction, replaceBlockhash: false) is { Error: not null } trial)
            {
                return trial;
            }

            _ = Process(transaction);
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

    // The caller holds the lock.
    private TransactionResult Process(Transaction transaction)
    {
        var result = _bank.Process(transaction);
        if (result.IsLanded)
        {
            _observer?.TransactionLanded(result);
            if (_mining is MiningMode.OnDemand)
            {
                _clock.AdvanceTo(_bank.Slot + 1);
            }
        }

        return result;
    }

    /// <summary>Names who is told of each step. To be called before anything runs.</summary>
    internal void TellStepsTo(ILedgerObserver observer) => _observer = observer;

    /// <summary>Seals slot after slot until it is told to stop.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var (open, beaconInput) = Read((bank, _) => (bank.Slot, bank.BeaconInput));

                // Only this loop seals, so the input still stands when the slot ends. Made ahead, the proof's millisecond delays no block.
                var proof = _producer.Prove(beaconInput.AsSpan());
                await _clock.WaitForAsync(open + 1, cancellationToken);
                Block block;
                lock (_gate)
                {
                    _observer?.SlotEnding(_bank);
                    // Not simply the next slot: what the process has slept through has passed.
                    block = _bank.Seal(proof, next: _clock.Now);
                    _history.Add(block);
                    _observer?.BlockSealed(block, _bank.Slot);
                    _performance.Add(block);
                }

                _observer?.BlockConfirmed(block);
                Blocks.Publish(block);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
        finally
        {
            Blocks.Complete();
        }
    }
}
