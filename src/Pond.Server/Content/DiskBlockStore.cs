using System.Collections.Concurrent;
using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content;

/// <summary>Keeps blocks as files, one each, in folders by the end of their names. Safe for use by several threads of one process.</summary>
/// <remarks>
/// A block is written under a temporary name, synced and renamed, so a crash leaves it entirely or not at all; it is hashed
/// again each time it is read. Names survive a power cut once <see cref="Flush"/> has returned.
/// </remarks>
public sealed class DiskBlockStore : IBlockStore, IDisposable
{
    private readonly string _blocks;
    private readonly string _temporary;
    private readonly FileStream _lock;
    private readonly ConcurrentDictionary<string, bool> _unsyncedFolders = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly Lock _sweepGate = new();
    private readonly Lock _flushGate = new();
    private readonly HashSet<Multihash> _recent = [];
    private int _holds;
    private long _temporaryCount;

    /// <summary>Opens the store in a folder, which is created if there is none. What a crash left half-written is deleted.</summary>
    /// <exception cref="PondException"><c>store-in-use</c> by another process, or the folder cannot be written.</exception>
    public DiskBlockStore(string folder)
    {
        _blocks = Path.Combine(folder, "blocks");
        _temporary = Path.Combine(folder, "temporary");
        try
        {
            Directory.CreateDirectory(_blocks);
            Directory.CreateDirectory(_temporary);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, folder);
        }

        try
        {
            _lock = new(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException cause)
        {
            throw new PondException(
                "store-in-use",
                $"The content store in {folder} is in use by another process.",
                "Stop that process, or choose another folder.",
                isTransient: true,
                cause);
        }

        foreach (var leftover in Directory.EnumerateFiles(_temporary))
        {
            File.Delete(leftover);
        }
    }

    /// <inheritdoc/>
    public bool Has(Multihash hash) => !hash.IsIdentity && File.Exists(PathOf(hash));

    /// <inheritdoc/>
    /// <exception cref="PondException">
    /// <c>block-corrupt</c>: the bytes on disk are not those that were put. <c>disk-failed</c> or <c>disk-denied</c>: they
    /// cannot be read.
    /// </exception>
    public bool TryGet(Multihash hash, out ReadOnlyMemory<byte> data)
    {
        data = default;
        if (hash.IsIdentity)
        {
            return false;
        }

        var path = PathOf(hash);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }

        if (!hash.Matches(bytes))
        {
            throw new PondException(
                "block-corrupt",
                $"Block {hash} has changed on disk: the {bytes.Length} bytes of {path} do not hash to its name.",
                "Check the disk, delete the file, and fetch or add the content again.");
        }

        data = bytes;
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="PondException"><c>disk-full</c>, <c>disk-denied</c> or <c>disk-failed</c>; nothing was stored.</exception>
    public void Put(Block block)
    {
        var hash = block.Cid.Hash;
        if (hash.IsIdentity || Touch(hash))
        {
            return;
        }

        var path = PathOf(hash);
        var folder = Path.GetDirectoryName(path)!;
        CreateFolder(folder);
        var temporary = Path.Combine(_temporary, $"{Interlocked.Increment(ref _temporaryCount)}");
        DurableFiles.Prepare(temporary, path, block.Data.Span);

        // Together, so that whoever sees the block also sees that its name is not safe yet.
        lock (_gate)
        {
            DurableFiles.Publish(temporary, path);
            _unsyncedFolders[folder] = true;
        }
    }

    /// <inheritdoc/>
    public bool Delete(Multihash hash)
    {
        var path = PathOf(hash);
        lock (_gate)
        {
            if (hash.IsIdentity || !File.Exists(path))
            {
                return false;
            }

            DeleteFile(path);
            return true;
        }
    }

    /// <summary>Keeps every block that is put from now on from being swept, until the result is disposed of.</summary>
    /// <remarks>Whoever adds content holds the store until he has pinned the root.</remarks>
    public IDisposable Hold()
    {
        lock (_gate)
        {
            _holds++;
        }

        return new HoldOnBlocks(this);
    }

    /// <summary>Waits until all blocks that were put survive a power cut.</summary>
    /// <exception cref="PondException"><c>disk-failed</c></exception>
    public void Flush()
    {
        // One at a time: a folder that another flush has taken on is not safe before that one is done.
        lock (_flushGate)
        {
            foreach (var folder in _unsyncedFolders.Keys)
            {
                // Forgotten first: a block that is put meanwhile makes the folder due again.
                _unsyncedFolders.TryRemove(folder, out _);
                try
                {
                    DurableFiles.SyncFolder(folder);
                }
                catch
                {
                    _unsyncedFolders[folder] = true;
                    throw;
                }
            }

            DurableFiles.SyncFolder(_blocks);
        }
    }

    /// <summary>All blocks that are here, in no order. Blocks put or deleted meanwhile may be among them or not.</summary>
    public IEnumerable<Multihash> Enumerate()
    {
        foreach (var path in Directory.EnumerateFiles(_blocks, "*", SearchOption.AllDirectories))
        {
            if (Multibase.TryDecode(Path.GetFileName(path), out var bytes) && Multihash.TryReadExactly(bytes, out var hash))
            {
                yield return hash;
            }
        }
    }

    /// <summary>Deletes the blocks that nobody keeps, beside reads and writes.</summary>
    /// <param name="findKept">
    /// Finds what to keep. It is called once, when blocks that are put are already safe, so whoever pins meanwhile is either
    /// found by it or has put his blocks anew.
    /// </param>
    /// <param name="cancellationToken">Stops between two blocks; what is deleted stays so.</param>
    public SweptBlocks Sweep(Func<IReadOnlySet<Multihash>> findKept, CancellationToken cancellationToken)
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
                }
            }

            return new(count, bytes);
        }
    }

    /// <summary>Lets another process open the store.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Says that a block is wanted, as putting it again would; false if it is not here.</summary>
    internal bool Touch(Multihash hash)
    {
        lock (_gate)
        {
            if (_holds > 0)
            {
                _recent.Add(hash);
            }

            return File.Exists(PathOf(hash));
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

            DeleteFile(file.FullName);
            return true;
        }
    }

    private string PathOf(Multihash hash)
    {
        // The last character carries few bits, so the folder is named by the two before it: 1,024 folders.
        var name = Multibase.Encode(MultibaseEncoding.Base32, hash.Bytes.Span);
        return Path.Combine(_blocks, name[^3..^1], name);
    }

    private static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, folder);
        }
    }

    private static void DeleteFile(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, path);
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            if (--_holds == 0)
            {
                _recent.Clear();
                _recent.TrimExcess();
            }
        }
    }

    private sealed class HoldOnBlocks(DiskBlockStore store) : IDisposable
    {
        private DiskBlockStore? _store = store;

        public void Dispose() => Interlocked.Exchange(ref _store, null)?.Release();
    }
}
