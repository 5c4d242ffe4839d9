using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content;

/// <summary>Keeps blocks on disk: large ones as files, small ones in a database. Safe for use by several threads of one process.</summary>
/// <remarks>
/// A block is there entirely or not at all, whenever the process is killed: files are written under temporary names, synced and
/// renamed, rows are committed. Each block is hashed again when it is read. Blocks that are put while the store is held wait for
/// each other and reach the disk together: this process reads them at once, a crash forgets those that no sync has reached. All
/// others are on the disk before <see cref="Put"/> returns. After <see cref="Flush"/> all of them survive a power cut.
/// </remarks>
public sealed partial class DiskBlockStore : IBlockStore, IDisposable
{
    private readonly DiskBlockStoreOptions _options;
    private readonly FileStream _lock;
    private readonly BlockFiles _files = null!;
    private readonly SmallBlockTable _small = null!;

    // Taken in this order: one commit or deletion at a time, and under it, for moments, the state below.
    private readonly Lock _sweepGate = new();
    private readonly Lock _commitGate = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<Multihash, Pending> _pending = [];
    private readonly HashSet<Multihash> _recent = [];
    private long _pendingBytes;
    private long _pendingSmallBytes;
    private long? _usedBytes;
    private long _commits;
    private int _holds;

    /// <summary>Opens the store in a folder, which is created if there is none. What a crash left half-written is deleted.</summary>
    /// <exception cref="PondException">
    /// <c>store-in-use</c> by another process, <c>store-too-new</c>, or the folder cannot be written.
    /// </exception>
    public DiskBlockStore(string folder)
        : this(folder, new DiskBlockStoreOptions())
    {
    }

    /// <inheritdoc cref="DiskBlockStore(string)"/>
    /// <param name="folder">Where the blocks are.</param>
    /// <param name="options">Bounds. A limit of the bytes makes opening count those that are here, some seconds for a million blocks.</param>
    public DiskBlockStore(string folder, DiskBlockStoreOptions options)
    {
        _options = options;
        var blocks = Path.Combine(folder, "blocks");
        var temporary = Path.Combine(folder, "temporary");
        try
        {
            Directory.CreateDirectory(blocks);
            Directory.CreateDirectory(temporary);
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

        try
        {
            StoreFormat.Check(folder);
            _files = new(blocks, temporary);
            _small = new(Path.Combine(folder, "small.db"));
            DurableFiles.SyncFolder(folder);
            if (options.MaxBytes is not null)
            {
                _ = UsedBytes;
            }
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>How many bytes the blocks have. The first call reads the size of every one.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_gate)
            {
                return _usedBytes ??= _files.CountBytes() + _small.CountBytes() + _pendingBytes;
            }
        }
    }

    /// <summary>The limit that <see cref="Put"/> keeps; null if there is none.</summary>
    public long? MaxBytes => _options.MaxBytes;

    /// <inheritdoc/>
    public bool Has(Multihash hash)
    {
        lock (_gate)
        {
            if (_pending.ContainsKey(hash))
            {
                return true;
            }
        }

        return !hash.IsIdentity && FindSize(hash) is not null;
    }

    /// <inheritdoc/>
    /// <exception cref="PondException">
    /// <c>block-corrupt</c>: the bytes on disk are not those that were put. <c>disk-failed</c> or <c>disk-denied</c>: they
    /// cannot be read.
    /// </exception>
    public bool TryGet(Multihash hash, out ReadOnlyMemory<byte> data)
    {
        data = default;
        if (hash.IsIdentity || !TryRead(hash, out var place, out var bytes))
        {
            return false;
        }

        if (!hash.Matches(bytes))
        {
            throw new PondException(
                "block-corrupt",
                $"Block {hash} has changed on disk: the {bytes.Length} bytes of {place} do not hash to its name.",
                "Check the disk, delete the block ('pond store verify --repair'), and fetch or add the content again.");
        }

        data = bytes;
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="PondException">
    /// <c>disk-full</c>, <c>disk-denied</c>, <c>disk-failed</c> or <c>quota-exceeded</c>; the block was not stored.
    /// </exception>
    public void Put(Block block)
    {
        var hash = block.Cid.Hash;
        if (hash.IsIdentity)
        {
            return;
        }

        var commitsBefore = Volatile.Read(ref _commits);
        if (!TryTouch(hash, out _))
        {
            var size = block.Data.Length;
            var isSmall = size <= _options.MaxSmallBlockBytes;
            Reserve(size);
            string? temporary;
            try
            {
                temporary = isSmall ? null : _files.Prepare(hash, block.Data.Span);
            }
            catch
            {
                Reserve(-size);
                throw;
            }

            if (!TryEnqueue(hash, new(temporary, isSmall ? block.Data.ToArray() : null, size), commitsBefore))
            {
                // Another thread was faster with the same bytes.
                DurableFiles.TryDelete(temporary);
                Reserve(-size);
            }
        }

        if (IsCommitDue(hash))
        {
            Commit();
            if (!Has(hash))
            {
                throw new PondException(
                    "disk-failed",
                    $"Block {block.Cid} was lost: the disk did not take the blocks that were written together with it.",
                    "Check the disk and put the block again.");
            }
        }
    }

    /// <inheritdoc/>
    public bool Delete(Multihash hash)
    {
        if (hash.IsIdentity)
        {
            return false;
        }

        lock (_commitGate)
        {
            lock (_gate)
            {
                if (_pending.Remove(hash, out var pending))
                {
                    Forget(pending);
                    Account(-pending.SizeBytes);
                    if (pending.TemporaryPath is { } path)
                    {
                        BlockFiles.DeleteFile(path);
                    }

                    return true;
                }

                return TryDeleteStored(hash);
            }
        }
    }

    /// <summary>Keeps every block that is put from now on from being swept, until the result is disposed of.</summary>
    /// <remarks>
    /// Whoever adds content holds the store until he has pinned the root. While anybody does, blocks wait for
    /// <see cref="Flush"/> or for enough others to be synced with; the end of the last hold syncs what is left.
    /// </remarks>
    public IDisposable Hold()
    {
        lock (_gate)
        {
            _holds++;
        }

        return new HoldOnBlocks(this);
    }

    /// <summary>All blocks that are here, in no order. Blocks put or deleted meanwhile may be among them or not.</summary>
    /// <exception cref="PondException"><c>database-damaged</c>, after all blocks that are files.</exception>
    public IEnumerable<Multihash> Enumerate()
    {
        Commit();
        return _files.Enumerate().Concat(_small.EnumerateChunks().SelectMany(chunk => chunk).Select(row => row.Hash));
    }

    /// <summary>What is wrong with how the blocks are kept, beyond single blocks; empty if nothing is.</summary>
    public IReadOnlyList<string> FindDamage() => _small.FindDamage();

    /// <summary>Lets another process open the store.</summary>
    /// <exception cref="PondException">Blocks that had been put could not be synced.</exception>
    public void Dispose()
    {
        try
        {
            Commit();
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Says that a block is wanted, as putting it again would; false if it is not here.</summary>
    internal bool TryTouch(Multihash hash, out long sizeBytes)
    {
        lock (_gate)
        {
            if (_holds > 0)
            {
                _recent.Add(hash);
            }

            var size = _pending.TryGetValue(hash, out var pending) ? pending.SizeBytes : FindSize(hash);
            sizeBytes = size ?? 0;
            return size is not null;
        }
    }

    // A damaged database hides its blocks: they are fetched or added again, and are files from then on.
    private long? FindSize(Multihash hash)
    {
        try
        {
            if (_small.FindSize(hash) is { } size)
            {
                return size;
            }
        }
        catch (PondException damage) when (damage.Code is "database-damaged")
        {
        }

        return _files.FindSize(hash);
    }

    private bool TryRead(Multihash hash, out string place, out byte[] bytes)
    {
        Pending? pending;
        lock (_gate)
        {
            pending = _pending.GetValueOrDefault(hash);
        }

        place = pending?.TemporaryPath ?? "";
        // A commit may rename the file just now; then it is in its place.
        if ((pending?.Data ?? (pending?.TemporaryPath is { } temporary && BlockFiles.TryRead(temporary, out var read) ? read : null)) is { } waiting)
        {
            bytes = waiting;
            return true;
        }

        PondException? damage = null;
        try
        {
            if (_small.Find(hash) is { } row)
            {
                (place, bytes) = ("the database of small blocks", row);
                return true;
            }
        }
        catch (PondException caught) when (caught.Code is "database-damaged")
        {
            damage = caught;
        }

        if (_files.TryRead(hash, out place, out var file))
        {
            bytes = file;
            return true;
        }

        bytes = [];
        return damage is null
            ? false
            : throw new PondException("block-corrupt", $"Block {hash} may be lost: {damage.Message}", damage.Fix, innerException: damage);
    }

    private bool TryDeleteStored(Multihash hash)
    {
        try
        {
            if (_small.FindSize(hash) is { } rowSize)
            {
                _small.Delete([hash]);
                Account(-rowSize);
                return true;
            }
        }
        catch (PondException damage) when (damage.Code is "database-damaged")
        {
            // What is in there cannot be had any more anyway.
        }

        if (_files.FindSize(hash) is not { } fileSize)
        {
            return false;
        }

        Account(-fileSize);
        _files.Delete(hash);
        return true;
    }

    private void Reserve(long sizeBytes)
    {
        lock (_gate)
        {
            if (_options.MaxBytes is { } most && sizeBytes > 0 && (_usedBytes ?? 0) + sizeBytes > most)
            {
                throw new PondException(
                    "quota-exceeded",
                    $"The content store has {_usedBytes} of {most} bytes, and a block of {sizeBytes} more does not fit.",
                    "Collect garbage, remove pins that are not needed any more, or raise the store's limit.");
            }

            Account(sizeBytes);
        }
    }

    // Counts only if somebody has asked, since the first count reads the whole store.
    private void Account(long sizeBytes) => _usedBytes += sizeBytes;

    private void Release()
    {
        bool isLast;
        lock (_gate)
        {
            isLast = --_holds == 0;
            if (isLast)
            {
                _recent.Clear();
                _recent.TrimExcess();
            }
        }

        if (isLast)
        {
            Commit();
        }
    }

    private void Close()
    {
        _small?.Dispose();
        _files?.Dispose();
        _lock.Dispose();
    }

    private sealed class HoldOnBlocks(DiskBlockStore store) : IDisposable
    {
        private DiskBlockStore? _store = store;

        public void Dispose() => Interlocked.Exchange(ref _store, null)?.Release();
    }
}
