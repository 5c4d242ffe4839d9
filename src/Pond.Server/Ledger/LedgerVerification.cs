using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Ledger.Journal;
using Pond.Ledger.Snapshots;
using Pond.Primitives;
using Pond.Server.Ledger.Storage;

namespace Pond.Server.Ledger;

/// <summary>What <see cref="Run"/> found.</summary>
/// <param name="Blocks">How many blocks were made again and came out with the same hash.</param>
/// <param name="Transactions">How many transactions were in them; every signature holds.</param>
/// <param name="Height">The last block's height.</param>
/// <param name="BlockHash">The last block's hash.</param>
/// <param name="Snapshots">How many snapshots are what making the blocks again gives.</param>
/// <param name="Problems">What is not as it should be, each with its file.</param>
public sealed record LedgerVerification(
    ulong Blocks, ulong Transactions, ulong Height, Hash BlockHash, int Snapshots, ImmutableArray<string> Problems)
{
    /// <summary>
    /// Makes every block of a data folder again and compares all hashes: of the journal, the blocks, the snapshots and the index. Signatures and
    /// the producer's proofs are checked too. Changes nothing.
    /// </summary>
    /// <param name="root">The folder.</param>
    /// <param name="genesis">The network.</param>
    /// <param name="onBlock">Told of each block that came out well.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>ledger-in-use</c>, or the folder can't be read.</exception>
    public static LedgerVerification Run(string root, Genesis genesis, Action<ulong> onBlock, CancellationToken cancellationToken)
    {
        var folder = new LedgerFolder(root);
        folder.Create();
        using var folderLock = FolderLock.Take(root);
        return new Verifier(folder, genesis, onBlock, cancellationToken).ToResult();
    }

    private sealed class Verifier
    {
        private readonly List<string> _problems = [];
        private readonly SnapshotFiles _snapshots;
        private readonly Genesis _genesis;
        private readonly HashSet<ulong> _snapshotsToSee;
        private readonly SqliteLedgerStore? _store;
        private readonly Bank? _bank;
        private ulong _blocks;
        private ulong _transactions;
        private int _goodSnapshots;

        internal Verifier(LedgerFolder folder, Genesis genesis, Action<ulong> onBlock, CancellationToken cancellationToken)
        {
            _genesis = genesis;
            _snapshots = new SnapshotFiles(folder.Snapshots, genesis);
            _snapshotsToSee = [.. _snapshots.Heights];
            _store = Try(() => File.Exists(folder.Index) ? SqliteLedgerStore.Open(folder.Index) : null);
            using var store = _store;
            if (_store is not null)
            {
                _ = Try<object?>(() =>
                {
                    _store.Check();
                    return null;
                });
            }

            _bank = Begin(folder);
            if (_bank is null)
            {
                return;
            }

            var from = _bank.BlockHeight;
            SeeSnapshot(_bank, isGiven: true);
            var height = Try<ulong?>(() => LedgerJournal.Check(
                new DiskJournalFolder(folder.Journal),
                LedgerFolder.JournalOptions(genesis, Math.Max(_store?.Latest?.Height ?? 0, _snapshots.Latest)),
                record =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (record.Height <= from)
                    {
                        return;
                    }

                    var block = BlockReplay.Apply(_bank, record, isTrusted: false);
                    (_blocks, _transactions) = (_blocks + 1, _transactions + (ulong)block.Transactions.Length);
                    SeeSnapshot(_bank, isGiven: false);
                    SeeIndex(block);
                    onBlock(block.Height);
                }));
            if (height is not null)
            {
                foreach (var unseen in _snapshotsToSee)
                {
                    _ = Try(() => _snapshots.Read(unseen));
                }
            }
        }

        internal LedgerVerification ToResult() => new(
            _blocks, _transactions, _bank?.BlockHeight ?? 0, _bank?.LatestBlock.Hash ?? default, _goodSnapshots, [.. _problems]);

        private Bank? Begin(LedgerFolder folder)
        {
            if (!Directory.EnumerateFiles(folder.Journal).Any() || File.Exists(Path.Combine(folder.Journal, LedgerJournal.FirstFile)))
            {
                return new Bank(_genesis);
            }

            foreach (var height in _snapshots.Heights)
            {
                if (Try(() => Bank.Restore(_genesis, _snapshots.Read(height))) is { } bank)
                {
                    return bank;
                }
            }

            _problems.Add($"{folder.Snapshots}: no snapshot can be used, and the journal does not reach back to the beginning.");
            return null;
        }

        // Equal states have equal bytes, so the file must be what the bank would write now.
        private void SeeSnapshot(Bank bank, bool isGiven)
        {
            if (!_snapshotsToSee.Remove(bank.BlockHeight))
            {
                return;
            }

            var path = _snapshots.PathOf(bank.BlockHeight);
            if (isGiven)
            {
                _goodSnapshots++;
                return;
            }

            _ = Try<object?>(() =>
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
                using var compared = new ComparingStream(file);
                bank.Capture().Write(compared, _genesis);
                if (compared.IsEqual)
                {
                    _goodSnapshots++;
                }
                else
                {
                    _problems.Add($"{path} is not the state that making the blocks again gives.");
                }

                return null;
            });
        }

        private void SeeIndex(Block block)
        {
            if (_store?.First is not { } first || block.Height < first.Height || block.Height > _store.Latest!.Height)
            {
                return;
            }

            _ = Try<object?>(() =>
            {
                var stored = _store.Find(block.Slot);
                var isEqual = stored is not null && stored.Hash == block.Hash
                    && stored.Transactions.Length == block.Transactions.Length
                    && stored.Transactions.Zip(block.Transactions).All(pair =>
                        HistoryBytes.Write(pair.First).AsSpan().SequenceEqual(HistoryBytes.Write(pair.Second)));
                if (!isEqual)
                {
                    _problems.Add($"index.db: block {block.Height} of slot {block.Slot} is not what making it again gives.");
                }

                return null;
            });
        }

        private T? Try<T>(Func<T> read)
        {
            try
            {
                return read();
            }
            catch (PondException exception)
            {
                _problems.Add(exception.Message);
                return default;
            }
            catch (FormatException exception)
            {
                _problems.Add(exception.Message);
                return default;
            }
        }
    }
}
