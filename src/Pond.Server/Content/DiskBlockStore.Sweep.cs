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
            foreach (var hash in Enumerate())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!kept.Contains(hash) && TrySweep(hash, out var size))
                {
                    count++;
                    bytes += size;
                    onSwept(hash);
                }
            }

            return new(count, bytes);
        }
    }

    private bool TrySweep(Multihash hash, out long sizeBytes)
    {
        // The file may be there only since a moment ago: whoever put it has touched it before, under this lock.
        lock (_gate)
        {
            var file = new FileInfo(PathOf(hash));
            sizeBytes = file.Exists ? file.Length : 0;
            if (!file.Exists || _recent.Contains(hash))
            {
                return false;
            }

            Account(-sizeBytes);
            DeleteFile(file.FullName);
            return true;
        }
    }
}
