using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using Pond.Store;

namespace Pond.Server.Content;

/// <summary>The large blocks of a store: a file each, in folders by the end of their names.</summary>
/// <remarks>Whoever deletes or publishes holds the store's lock; the rest is safe for use by several threads.</remarks>
internal sealed class BlockFiles : IDisposable
{
    // Up to here a sync of each file is cheaper than one of the file system, which has other people's files to write as well.
    private const int MaxSingleSyncs = 4;

    private readonly string _folder;
    private readonly string _temporary;
    private readonly SafeFileHandle? _fileSystem;
    private readonly ConcurrentDictionary<string, bool> _unsyncedFolders = new(StringComparer.Ordinal);
    private long _temporaryCount;

    /// <summary>Opens the folders, which have to be there, and deletes what a crash left half-written.</summary>
    internal BlockFiles(string folder, string temporary)
    {
        _folder = folder;
        _temporary = temporary;
        foreach (var leftover in Directory.EnumerateFiles(temporary))
        {
            File.Delete(leftover);
        }

        _fileSystem = DurableFiles.OpenFileSystem(folder);
    }

    /// <summary>The first step of storing a block: its bytes are with the system, under a temporary name.</summary>
    /// <returns>That name.</returns>
    internal string Prepare(Multihash hash, ReadOnlySpan<byte> data)
    {
        var path = Path.Combine(_temporary, $"{Interlocked.Increment(ref _temporaryCount)}");
        DurableFiles.Prepare(path, PathOf(hash), data);
        return path;
    }

    /// <summary>The second step: the bytes are on the disk. A file that is not there any more has nothing to last.</summary>
    internal void Sync(IReadOnlyCollection<string> temporaryPaths)
    {
        if (_fileSystem is not null && temporaryPaths.Count > MaxSingleSyncs)
        {
            DurableFiles.SyncAll(_fileSystem, _temporary);
            return;
        }

        foreach (var path in temporaryPaths)
        {
            DurableFiles.SyncFile(path);
        }
    }

    /// <summary>Makes the folder of a block, before <see cref="Publish"/>.</summary>
    internal void CreateFolder(Multihash hash)
    {
        var folder = Path.GetDirectoryName(PathOf(hash))!;
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

    /// <summary>The last step: the block has its name, which survives a power cut after <see cref="SyncFolders"/>.</summary>
    internal void Publish(Multihash hash, string temporaryPath)
    {
        var path = PathOf(hash);
        DurableFiles.Publish(temporaryPath, path);
        _unsyncedFolders[Path.GetDirectoryName(path)!] = true;
    }

    /// <summary>Makes the names of all published blocks survive a power cut.</summary>
    internal void SyncFolders()
    {
        var folders = _unsyncedFolders.Keys.ToArray();
        if (folders.Length == 0)
        {
            return;
        }

        // Forgotten first: a block that is put meanwhile makes its folder due again.
        foreach (var folder in folders)
        {
            _unsyncedFolders.TryRemove(folder, out _);
        }

        try
        {
            if (_fileSystem is not null && folders.Length > MaxSingleSyncs)
            {
                DurableFiles.SyncAll(_fileSystem, _folder);
                return;
            }

            foreach (var folder in folders)
            {
                DurableFiles.SyncFolder(folder);
            }

            DurableFiles.SyncFolder(_folder);
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

    /// <summary>How many bytes the block's file has; null if there is none.</summary>
    internal long? FindSize(Multihash hash)
    {
        var file = new FileInfo(PathOf(hash));
        return file.Exists ? file.Length : null;
    }

    /// <summary>Reads a block's file; false if there is none.</summary>
    internal bool TryRead(Multihash hash, out string path, [NotNullWhen(true)] out byte[]? bytes)
    {
        path = PathOf(hash);
        return TryRead(path, out bytes);
    }

    /// <summary>Reads a file that <see cref="Prepare"/> has named; false if it has its own name by now, or is deleted.</summary>
    internal static bool TryRead(string path, [NotNullWhen(true)] out byte[]? bytes)
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

    /// <summary>Deletes a block's file.</summary>
    internal void Delete(Multihash hash) => DeleteFile(PathOf(hash));

    /// <summary>Deletes a file that <see cref="Prepare"/> has named.</summary>
    internal static void DeleteFile(string path)
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

    /// <summary>All blocks that have files, in no order.</summary>
    internal IEnumerable<Multihash> Enumerate()
    {
        foreach (var path in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            if (Multibase.TryDecode(Path.GetFileName(path), out var bytes) && Multihash.TryReadExactly(bytes, out var hash))
            {
                yield return hash;
            }
        }
    }

    /// <summary>How many bytes the files have. Looks at each of them.</summary>
    internal long CountBytes() =>
        new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public void Dispose() => _fileSystem?.Dispose();

    private string PathOf(Multihash hash)
    {
        // The last character carries few bits, so the folder is named by the two before it: 1,024 folders.
        var name = Multibase.Encode(MultibaseEncoding.Base32, hash.Bytes.Span);
        return Path.Combine(_folder, name[^3..^1], name);
    }
}
