using System.Diagnostics;
using System.Threading.Channels;
using Pond.Ledger;
using Pond.Ledger.Journal;
using Pond.Ledger.Snapshots;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Server.Ledger.Storage;

/// <summary>A sealed block on its way to the disk.</summary>
/// <param name="Block">The block.</param>
/// <param name="Next">The slot that was opened after it.</param>
/// <param name="State">The bank's state after it, if it is to be written down.</param>
internal sealed record SealedBlock(Block Block, Slot Next, BankSnapshot? State)
{
    /// <summary>What was done in it without a transaction.</summary>
    internal System.Collections.Immutable.ImmutableArray<PlacedEntry> Entries { get; init; } = [];

    /// <summary>The trace of its sealing, if it has one.</summary>
    internal ActivityContext Trace { get; init; }
}

/// <summary>Puts a ledger's blocks on the disk, in groups and away from the bank, and says when they are there.</summary>
internal sealed partial class LedgerStorage : IAsyncDisposable
{
    /// <summary>So many sealed blocks may wait for the disk; then the ledger waits too.</summary>
    private const int MaxWaiting = 64;

    // A start makes them all again, at some hundred thousand a second.
    private const int StateEveryTransactions = 200_000;

    // Dropping old blocks takes the disk's time, so it is done for many at once.
    private const ulong MaxDropEveryBlocks = 256;

    private readonly FolderLock _lock;
    private readonly LedgerJournal _journal;
    private readonly SqliteLedgerStore _store;
    private readonly SnapshotFiles _snapshots;
    private readonly Retention _retention;
    private readonly int _stateEvery;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Channel<SealedBlock> _waiting =
        Channel.CreateBounded<SealedBlock>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true, SingleWriter = true });

    private Task _writing = Task.CompletedTask;
    private Task _snapshotting = Task.CompletedTask;
    private (int Blocks, int Transactions) _sinceState;
    private ulong _droppedAt;

    private LedgerStorage(FolderLock folderLock, RecoveredLedger recovered, SnapshotFiles snapshots, LedgerHostOptions options, ILogger logger, TimeProvider time)
    {
        _time = time;
        (_lock, _journal, _store, _snapshots, _logger) = (folderLock, recovered.Journal, recovered.Store, snapshots, logger);
        Bank = recovered.Bank;
        _retention = new Retention((ulong)options.HistoryBlocks);
        _stateEvery = options.SnapshotBlocks;
        _sinceState = ((int)Math.Min(recovered.ReplayedBlocks, int.MaxValue / 2), 0);
        History = new BlockHistory(Bank.LatestBlock, options.Genesis.ComputeHash(), _retention.KeepBlocks, _store);
    }

    /// <summary>The bank as it came back.</summary>
    internal Bank Bank { get; }

    /// <summary>How long it took to bring it back.</summary>
    internal required TimeSpan RecoveryTime { get; init; }

    /// <summary>The history as it came back.</summary>
    internal BlockHistory History { get; }

    /// <summary>Opens a data folder, a new one if it is empty, and brings the ledger back.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="options">What the ledger is started with.</param>
    /// <param name="time">Measures how long it takes.</param>
    /// <exception cref="PondException">The folder is in use, damaged, or can't be written.</exception>
    internal static LedgerStorage Open(string root, LedgerHostOptions options, TimeProvider time)
    {
        var logger = options.Loggers.CreateLogger<LedgerStorage>();
        var began = time.GetTimestamp();
        var folder = new LedgerFolder(root);
        folder.Create();
        var folderLock = FolderLock.Take(root);
        try
        {
            var recovered = new LedgerRecovery(folder, options.Genesis, options.JournalFolders(folder.Journal)).Run();
            foreach (var warning in recovered.Warnings)
            {
                LogDamage(logger, warning.Code, warning.Message, warning.Fix);
            }

            var bank = recovered.Bank;
            var elapsed = time.GetElapsedTime(began);
            LogRecovered(
                logger,
                (long)elapsed.TotalMilliseconds,
                bank.BlockHeight,
                bank.LatestBlock.Slot,
                bank.LatestBlock.Hash,
                recovered.ReplayedBlocks,
                recovered.FromHeight,
                recovered.Journal.CutBytes,
                recovered.Journal.WasClosed);
            return new LedgerStorage(folderLock, recovered, new SnapshotFiles(folder.Snapshots, options.Genesis), options, logger, time)
            {
                RecoveryTime = elapsed,
            };
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Starts writing.</summary>
    /// <param name="confirmed">Called with each block, in order, when it is on the disk.</param>
    /// <param name="stored">Told how long it took to write and sync a group.</param>
    /// <param name="failed">Called once when the disk fails; nothing is confirmed after that.</param>
    internal void Start(Action<Block> confirmed, Action<PondException> failed, Action<TimeSpan> stored) =>
        _writing = Task.Run(() => WriteAsync(confirmed, failed, stored));

    /// <summary>Whether the state after this block, the next in order, should be written down.</summary>
    internal bool WantsState(Block block)
    {
        _sinceState = (_sinceState.Blocks + 1, _sinceState.Transactions + block.Transactions.Length);
        if ((_sinceState.Blocks < _stateEvery && _sinceState.Transactions < StateEveryTransactions) || !_snapshotting.IsCompleted)
        {
            return false;
        }

        _sinceState = default;
        return true;
    }

    /// <summary>Hands over a sealed block; waits while too many wait for the disk.</summary>
    /// <exception cref="ChannelClosedException">The disk has failed.</exception>
    internal ValueTask WriteAsync(SealedBlock block) => _waiting.Writer.WriteAsync(block, CancellationToken.None);

    /// <summary>Writes what waits, closes the journal in order, and lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _ = _waiting.Writer.TryComplete();
        await _writing;
        await _snapshotting;
        _journal.Dispose();
        _store.Dispose();
        _lock.Dispose();
    }

    private async Task WriteAsync(Action<Block> confirmed, Action<PondException> failed, Action<TimeSpan> stored)
    {
        try
        {
            var group = new List<SealedBlock>();
            while (await _waiting.Reader.WaitToReadAsync())
            {
                group.Clear();
                while (_waiting.Reader.TryRead(out var block))
                {
                    group.Add(block);
                }

                Write(group, confirmed, stored);
            }

            _journal.Close();
        }
        catch (Exception exception)
        {
            // Whatever it was, what is on the disk is no longer known, so nothing more is confirmed.
            var failure = Explain(exception);
            _ = _waiting.Writer.TryComplete(failure);
            LogFailed(_logger, failure.Code, failure.Message, failure.Fix, exception);
            failed(failure);
        }
    }

    private void Write(List<SealedBlock> group, Action<Block> confirmed, Action<TimeSpan> stored)
    {
        using var activity = LedgerTraces.Store([.. group.Select(block => block.Trace)]);
        var began = _time.GetTimestamp();
        _journal.Append([.. group.Select(block => BlockRecord.Of(block.Block, block.Next, block.Entries))]);
        stored(_time.GetElapsedTime(began));
        foreach (var block in group)
        {
            confirmed(block.Block);
        }

        _store.Add([.. group.Select(block => block.Block)]);
        var height = group[^1].Block.Height;
        History.Stored(height);
        if (group.LastOrDefault(block => block.State is not null)?.State is { } state)
        {
            _snapshotting = Task.Run(() => WriteState(state));
        }

        if (height >= _droppedAt + Math.Clamp(_retention.KeepBlocks / 4, 1, MaxDropEveryBlocks) && _snapshotting.IsCompleted)
        {
            _droppedAt = height;
            Drop(height);
        }
    }

    private void WriteState(BankSnapshot state)
    {
        try
        {
            _snapshots.Write(state);
        }
        catch (PondException exception)
        {
            // The journal has all of it, so the ledger can go on; the next one may succeed.
            LogDamage(_logger, exception.Code, exception.Message, exception.Fix);
        }
    }

    private void Drop(ulong height)
    {
        _snapshots.Keep(heights => _retention.Choose(heights, height));
        var boundary = _retention.Boundary(_snapshots.Heights, height);
        if (boundary > 0)
        {
            _journal.DropBefore(boundary + 1);
        }

        _store.DropBefore(History.Oldest(height));
    }

    private static PondException Explain(Exception exception) => exception switch
    {
        PondException known => known,
        _ when DiskFailures.IsOfDisk(exception) => DiskFailures.Write(exception, "the ledger's data folder"),
        _ => new PondException("storage-failed", $"The ledger's data can't be written: {exception.Message}", "Look into the log and start again.", innerException: exception),
    };

    [LoggerMessage(EventId = 1101, Level = LogLevel.Information, Message =
        "The ledger is back after {ElapsedMs} ms: height {Height}, slot {Slot}, block {BlockHash}. Replayed {ReplayedBlocks} blocks from height {FromHeight}; cut {CutBytes} bytes of a torn end; stopped in order: {WasClosed}.")]
    private static partial void LogRecovered(
        ILogger logger, long elapsedMs, ulong height, Slot slot, Hash blockHash, ulong replayedBlocks, ulong fromHeight, long cutBytes, bool wasClosed);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning, Message = "{Code}: {What} {Fix}")]
    private static partial void LogDamage(ILogger logger, string code, string what, string fix);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Critical, Message =
        "The ledger takes no more transactions. {Code}: {What} {Fix} Everything that was confirmed is safe; start the ledger again when that is done.")]
    private static partial void LogFailed(ILogger logger, string code, string what, string fix, Exception exception);
}
