using Pond.Ledger;
using Pond.Ledger.Journal;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Server.Ledger.Storage;

/// <summary>What came back from a data folder.</summary>
/// <param name="Bank">The bank after the last block.</param>
/// <param name="Journal">The journal, ready for the next one.</param>
/// <param name="Store">The history, with all blocks.</param>
/// <param name="FromHeight">The height of the state that it began with; 0 for the genesis.</param>
/// <param name="ReplayedBlocks">How many blocks were made again.</param>
/// <param name="Warnings">What was found damaged and done without.</param>
internal sealed record RecoveredLedger(
    Bank Bank, LedgerJournal Journal, SqliteLedgerStore Store, ulong FromHeight, ulong ReplayedBlocks, IReadOnlyList<PondException> Warnings);

/// <summary>Brings a ledger back from its data folder: the newest state that can be used, then the journal's blocks on top of it.</summary>
internal sealed class LedgerRecovery(LedgerFolder folder, Genesis genesis, IJournalFolder journalFolder)
{
    // The index takes so many blocks at once.
    private const int BatchBlocks = 256;

    private readonly List<PondException> _warnings = [];
    private readonly List<Block> _batch = [];
    private readonly SnapshotFiles _snapshots = new(folder.Snapshots, genesis);

    /// <summary>Brings it back, or begins it.</summary>
    /// <exception cref="PondException">
    /// <c>journal-damaged</c>, <c>replay-differs</c>, <c>journal-of-other-network</c>, or the disk failed.
    /// </exception>
    internal RecoveredLedger Run()
    {
        try
        {
            _snapshots.Clean();
            var store = OpenIndex();
            try
            {
                return Run(store);
            }
            catch
            {
                store.Dispose();
                throw;
            }
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, folder.Root);
        }
    }

    private RecoveredLedger Run(SqliteLedgerStore store)
    {
        var known = store.Latest?.Height ?? 0;
        var bank = ReadState(known, store.Latest is null);
        var from = bank.BlockHeight;
        if (store.Latest is null)
        {
            // It begins with the state's block. How many transactions came before is not known if that is not the first one.
            store.Add([bank.LatestBlock]);
        }

        var knownHeight = Math.Max(known, Math.Max(from, _snapshots.Latest));
        var replayed = 0UL;
        var journal = LedgerJournal.Open(journalFolder, LedgerFolder.JournalOptions(genesis, knownHeight), record =>
        {
            if (Replay(bank, record, from) is not { } block)
            {
                return;
            }

            replayed++;
            if (block.Height > store.Latest!.Height)
            {
                _batch.Add(block);
            }

            if (_batch.Count == BatchBlocks)
            {
                FlushTo(store);
            }
        });
        try
        {
            FlushTo(store);
            SeeThatIndexFits(store, bank);
            return new RecoveredLedger(bank, journal, store, from, replayed, _warnings);
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Makes a record's block again, if it is not in the state that was begun with.</summary>
    private Block? Replay(Bank bank, BlockRecord record, ulong from)
    {
        if (record.Height > from)
        {
            return BlockReplay.Apply(bank, record, isTrusted: true);
        }

        return record.Height < from || record.Hash == bank.LatestBlock.Hash
            ? null
            : throw new PondException(
                "snapshot-unreadable",
                $"{_snapshots.PathOf(from)} is not of this ledger: its block is {bank.LatestBlock.Hash}, the journal's is {record.Hash}.",
                "Remove it: the ledger goes on from an older snapshot, or from its beginning.");
    }

    private Bank ReadState(ulong known, bool isIndexNew)
    {
        var heights = _snapshots.Heights;
        var isWhole = !Directory.EnumerateFiles(folder.Journal, "*.journal").Any()
            || File.Exists(Path.Combine(folder.Journal, LedgerJournal.FirstFile));
        // A new index wants all blocks, the others those that it has not: the state must not be ahead of it.
        var usable = isIndexNew
            ? (isWhole ? [] : heights)
            : heights.Where(height => height <= known).Reverse();
        foreach (var height in usable)
        {
            try
            {
                return Bank.Restore(genesis, _snapshots.Read(height));
            }
            catch (PondException exception) when (exception.Code is "snapshot-unreadable")
            {
                _warnings.Add(exception);
            }
            catch (FormatException exception)
            {
                _warnings.Add(new PondException("snapshot-unreadable", $"{_snapshots.PathOf(height)} can't be used: {exception.Message}", "Remove it."));
            }
        }

        return isWhole
            ? new Bank(genesis)
            : throw new PondException(
                "state-missing",
                $"None of the snapshots in {folder.Snapshots} can be used, and the journal does not reach back to the beginning.",
                "Restore the folder from a backup, or use the version of Pond that wrote it.",
                innerException: _warnings.FirstOrDefault());
    }

    private SqliteLedgerStore OpenIndex()
    {
        try
        {
            var store = SqliteLedgerStore.Open(folder.Index);
            try
            {
                if (new FileInfo(folder.Index).Length <= LedgerFolder.CheckedIndexSizeBytes)
                {
                    store.Check();
                }

                return store;
            }
            catch
            {
                store.Dispose();
                throw;
            }
        }
        catch (PondException exception) when (exception.Code is "index-damaged")
        {
            // Nothing is in it that the journal does not give again.
            _warnings.Add(exception);
            folder.DeleteIndex();
            return SqliteLedgerStore.Open(folder.Index);
        }
    }

    private void FlushTo(SqliteLedgerStore store)
    {
        store.Add(_batch);
        _batch.Clear();
    }

    private void SeeThatIndexFits(SqliteLedgerStore store, Bank bank)
    {
        if (store.Latest!.Hash == bank.LatestBlock.Hash)
        {
            return;
        }

        throw new PondException(
            "index-of-other-ledger",
            $"{folder.Index} ends with block {store.Latest.Hash}, the journal with {bank.LatestBlock.Hash}.",
            "Remove it: the next start makes it again from the journal.");
    }
}
