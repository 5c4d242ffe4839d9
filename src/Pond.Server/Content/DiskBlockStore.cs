using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content;

/// <summary>Keeps blocks as files, one each, in folders by the end of their names. Safe for use by several threads of one process.</summary>
/// <remarks>
/// A block is written under a temporary name, synced and renamed, so a crash leaves it entirely or not at all; it is hashed
/// again each time it is read. Blocks that are put while the store is held wait for each other and are synced together:
/// this process reads them at once, a crash forgets those that no sync has reached. All others are synced before
/// <see cref="Put"/> returns. After <see cref="Flush"/> all of them, and their names, survive a power cut.
/// </remarks>
public sealed partial class DiskBlockStore : IBlockStore, IDisposable
{
    // Up to here a sync of each file is cheaper than one of the file system, which has other people's files to write as well.
    private const int MaxSingleSyncs = 4;

    private readonly string _blocks;
    private readonly string _temporary;
    private readonly DiskBlockStoreOptions _options;
    private readonly FileStream _lock;
    private readonly SafeFileHandle? _fileSystem;
    private readonly ConcurrentDictionary<string, bool> _unsyncedFolders = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly Lock _sweepGate = new();
    private readonly Lock _commitGate = new();
    private readonly Dictionary<Multihash, Pending> _pending = [];
    private readonly HashSet<Multihash> _recent = [];
    private long _pendingBytes;
    private long? _usedBytes;
    private int _holds;
    private long _temporaryCount;

    /// <summary>Opens the store in a folder, which is created if there is none. What a crash left half-written is deleted.</summary>
    /// <exception cref="PondException"><c>store-in-use</c> by another process, or the folder cannot be written.</exception>
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

        try
        {
            foreach (var leftover in Directory.EnumerateFiles(_temporary))
            {
                File.Delete(leftover);
            }

            _fileSystem = DurableFiles.OpenFileSystem(_blocks);
            if (options.MaxBytes is not null)
            {
                _ = UsedBytes;
            }
        }
        catch
        {
            _fileSystem?.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>How many bytes the blocks have. The first call reads the size of every file.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_gate)
            {
                return _usedBytes ??= CountBytes();
            }
        }
    }

    /// <summary>The limit that <see cref="Put"/> keeps; null if there is none.</summary>
    public long? MaxBytes => _options.MaxBytes;

    /// <summary>How often blocks that had been put were lost because the disk did not take them.</summary>
    internal long LostCommits { get; private set; }

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

        return !hash.IsIdentity && File.Exists(PathOf(hash));
    }

    /// <inheritdoc/>
    /// <exception cref="PondException">
    /// <c>block-corrupt</c>: the bytes on disk are not those that were put. <c>disk-failed</c> or <c>disk-denied</c>: they
    /// cannot be read.
    /// </exception>
    public bool TryGet(Multihash hash, out ReadOnlyMemory<byte> data)
    {
        data = default;
        if (hash.IsIdentity || !TryReadFile(hash, out var path, out var bytes))
        {
            return false;
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

        if (!TryTouch(hash, out _))
        {
            var temporary = Path.Combine(_temporary, $"{Interlocked.Increment(ref _temporaryCount)}");
            Reserve(block.Data.Length);
            try
            {
                DurableFiles.Prepare(temporary, PathOf(hash), block.Data.Span);
            }
            catch
            {
                Reserve(-block.Data.Length);
                throw;
            }

            if (!TryEnqueue(hash, new(temporary, block.Data.Length)))
            {
                // Another thread was faster with the same bytes.
                DurableFiles.TryDelete(temporary);
                Reserve(-block.Data.Length);
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
        lock (_gate)
        {
            if (_pending.Remove(hash, out var pending))
            {
                _pendingBytes -= pending.SizeBytes;
                Account(-pending.SizeBytes);
                DeleteFile(pending.TemporaryPath);
                return true;
            }

            var file = new FileInfo(PathOf(hash));
            if (hash.IsIdentity || !file.Exists)
            {
                return false;
            }

            Account(-file.Length);
            DeleteFile(file.FullName);
            return true;
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

    /// <summary>Waits until all blocks that were put survive a power cut.</summary>
    /// <exception cref="PondException"><c>disk-full</c> or <c>disk-failed</c>: blocks put since the last sync are lost.</exception>
    public void Flush()
    {
        // One at a time: a folder that another flush has taken on is not safe before that one is done.
        lock (_commitGate)
        {
            Commit();
            SyncFolders();
        }
    }

    /// <summary>All blocks that are here, in no order. Blocks put or deleted meanwhile may be among them or not.</summary>
    public IEnumerable<Multihash> Enumerate()
    {
        Commit();
        foreach (var path in Directory.EnumerateFiles(_blocks, "*", SearchOption.AllDirectories))
        {
            if (Multibase.TryDecode(Path.GetFileName(path), out var bytes) && Multihash.TryReadExactly(bytes, out var hash))
            {
                yield return hash;
            }
        }
    }

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
            _fileSystem?.Dispose();
            _lock.Dispose();
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

            if (_pending.TryGetValue(hash, out var pending))
            {
                sizeBytes = pending.SizeBytes;
                return true;
            }

            var file = new FileInfo(PathOf(hash));
            sizeBytes = file.Exists ? file.Length : 0;
            return file.Exists;
        }
    }

    private bool TryReadFile(Multihash hash, out string path, [NotNullWhen(true)] out byte[]? bytes)
    {
        string? temporary;
        lock (_gate)
        {
            temporary = _pending.TryGetValue(hash, out var pending) ? pending.TemporaryPath : null;
        }

        // A commit may rename the file just now; then it is in its place.
        path = temporary ?? "";
        if (temporary is not null && TryReadFile(temporary, out bytes))
        {
            return true;
        }

        path = PathOf(hash);
        return TryReadFile(path, out bytes);
    }

    private static bool TryReadFile(string path, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // One byte more than any block has shows that a file has grown, without reading all of it.
            var length = (int)Math.Min(RandomAccess.GetLength(handle), Block.MaxSizeBytes + 1);
            var buffer = GC.AllocateUninitializedArray<byte>(length);
            var read = 0;
            while (read < length && RandomAccess.Read(handle, buffer.AsSpan(read), read) is > 0 and var count)
            {
                read += count;
            }

            bytes = read == length ? buffer : buffer[..read];
            return true;
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }
    }

    private bool TryEnqueue(Multihash hash, Pending pending)
    {
        lock (_gate)
        {
            if (!_pending.TryAdd(hash, pending))
            {
                return false;
            }

            _pendingBytes += pending.SizeBytes;
            return true;
        }
    }

    private bool IsCommitDue(Multihash hash)
    {
        lock (_gate)
        {
            return _pending.Count >= _options.MaxPendingBlocks
                || _pendingBytes >= _options.MaxPendingBytes
                || (_holds == 0 && _pending.ContainsKey(hash));
        }
    }

    // Whoever comes while another commits waits for it, and then finds his blocks done or commits them with all that have
    // come meanwhile: any number of writers wait for two syncs at most.
    private void Commit()
    {
        lock (_commitGate)
        {
            KeyValuePair<Multihash, Pending>[] batch;
            lock (_gate)
            {
                batch = [.. _pending];
            }

            if (batch.Length == 0)
            {
                return;
            }

            try
            {
                SyncFiles(batch);
                foreach (var (hash, pending) in batch)
                {
                    Publish(hash, pending);
                }
            }
            catch
            {
                // After a failed sync nobody knows which bytes the disk has, and a second sync would not tell.
                Drop(batch);
                throw;
            }
        }
    }

    private void SyncFiles(KeyValuePair<Multihash, Pending>[] batch)
    {
        if (_fileSystem is not null && batch.Length > MaxSingleSyncs)
        {
            DurableFiles.SyncAll(_fileSystem, _temporary);
            return;
        }

        foreach (var (hash, pending) in batch)
        {
            lock (_gate)
            {
                if (!_pending.ContainsKey(hash))
                {
                    continue;
                }
            }

            DurableFiles.SyncFile(pending.TemporaryPath);
        }
    }

    private void Publish(Multihash hash, Pending pending)
    {
        var path = PathOf(hash);
        var folder = Path.GetDirectoryName(path)!;
        CreateFolder(folder);
        lock (_gate)
        {
            // Deleted meanwhile, it stays so.
            if (!_pending.TryGetValue(hash, out var current) || current != pending)
            {
                return;
            }

            DurableFiles.Publish(pending.TemporaryPath, path);
            _unsyncedFolders[folder] = true;
            _pending.Remove(hash);
            _pendingBytes -= pending.SizeBytes;
        }
    }

    private void Drop(KeyValuePair<Multihash, Pending>[] batch)
    {
        lock (_gate)
        {
            LostCommits++;
            foreach (var (hash, pending) in batch)
            {
                if (_pending.TryGetValue(hash, out var current) && current == pending)
                {
                    _pending.Remove(hash);
                    _pendingBytes -= pending.SizeBytes;
                    Account(-pending.SizeBytes);
                    DurableFiles.TryDelete(pending.TemporaryPath);
                }
            }
        }
    }

    private void SyncFolders()
    {
        var folders = _unsyncedFolders.Keys.ToArray();
        // Forgotten first: a block that is put meanwhile makes its folder due again.
        foreach (var folder in folders)
        {
            _unsyncedFolders.TryRemove(folder, out _);
        }

        try
        {
            if (_fileSystem is not null && folders.Length > MaxSingleSyncs)
            {
                DurableFiles.SyncAll(_fileSystem, _blocks);
                return;
            }

            foreach (var folder in folders)
            {
                DurableFiles.SyncFolder(folder);
            }

            DurableFiles.SyncFolder(_blocks);
        }
        catch
        {
            foreach (var folder in folders)
            {
                _unsyncedFolders[folder] = true;
            }

            throw;
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

    private long CountBytes() =>
        new DirectoryInfo(_blocks).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) + _pendingBytes;

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

    private readonly record struct Pending(string TemporaryPath, int SizeBytes);

    private sealed class HoldOnBlocks(DiskBlockStore store) : IDisposable
    {
        private DiskBlockStore? _store = store;

        public void Dispose() => Interlocked.Exchange(ref _store, null)?.Release();
    }
}
