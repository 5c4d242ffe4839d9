using Pond.Store;

namespace Pond.Server.Content;

public sealed partial class DiskBlockStore
{
    /// <summary>Deletes the blocks that nobody keeps, beside reads and writes.</summary>
    /// <param name="findKept">
    /// Finds what to keep. It is called once, when blocks that are put are already safe, so whoever pins meanwhile is either
    /// found by it or has put his blocks anew.
    /// </param>
    /// <param name="cancellationToken">Stops between two blocks; what is deleted stays so.</param>
    public SweptBlocks Sweep(Func<IReadOnlySet<Multihash>> findKept, CancellationToken cancellationToken) =>
        Sweep(findKept, static _ => { }, cancellationToken);

    /// <inheritdoc cref="Sweep(Func{IReadOnlySet{Multihash}}, CancellationToken)"/>
    /// <param name="findKept">Finds what to keep.</param>
    /// <param name="onSwept">Called with each block that was deleted.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    public SweptBlocks Sweep(Func<IReadOnlySet<Multihash>> findKept, Action<Multihash> onSwept, CancellationToken cancellationToken)
    {
        lock (_sweepGate)
        {
            using var hold = Hold();
            var kept = findKept();
            var count = 0;
            var bytes = 0L;
            Commit();
            foreach (var hash in _files.Enumerate())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!kept.Contains(hash) && TrySweepFile(hash, out var size))
                {
                    count++;
                    bytes += size;
                    onSwept(hash);
                }
            }

            foreach (var chunk in _small.EnumerateChunks())
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var (hash, size) in SweepRows(chunk, kept))
                {
                    count++;
                    bytes += size;
                    onSwept(hash);
                }
            }

            if (count > 0)
            {
                _small.GiveBackFreePages(cancellationToken);
            }

            return new(count, bytes);
        }
    }

    private bool TrySweepFile(Multihash hash, out long sizeBytes)
    {
        // The file may be there only since a moment ago: whoever put it has touched it before, under this lock.
        lock (_gate)
        {
            sizeBytes = 0;
            if (_recent.Contains(hash) || _files.FindSize(hash) is not { } size)
            {
                return false;
            }

            sizeBytes = size;
            Account(-size);
            _files.Delete(hash);
            return true;
        }
    }

    // A piece at a time: who puts or reads meanwhile waits for one transaction, not for the whole sweep.
    private List<(Multihash Hash, long SizeBytes)> SweepRows(
        IReadOnlyList<(Multihash Hash, long SizeBytes)> chunk, IReadOnlySet<Multihash> kept)
    {
        lock (_commitGate)
        {
            lock (_gate)
            {
                var swept = chunk
                    .Where(row => !kept.Contains(row.Hash) && !_recent.Contains(row.Hash))
                    .ToList();
                if (swept.Count == 0)
                {
                    return swept;
                }

                var deleted = _small.Delete(swept.Select(row => row.Hash));
                swept.RemoveAll(row => !deleted.Contains(row.Hash));
                Account(-swept.Sum(row => row.SizeBytes));
                return swept;
            }
        }
    }
}
