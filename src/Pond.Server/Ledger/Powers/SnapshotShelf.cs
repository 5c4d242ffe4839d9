using System.Globalization;
using Pond.Ledger;
using Pond.Ledger.Snapshots;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Server.Ledger.Powers;

/// <summary>States of a local network's accounts to go back to. With a data folder they outlive the process. Safe for several threads.</summary>
internal sealed class SnapshotShelf
{
    /// <summary>So many are kept; then the oldest goes.</summary>
    internal const int MaxSnapshots = 16;

    private const string Prefix = "accounts-";
    private const string Suffix = ".snapshot";

    private readonly Lock _gate = new();
    private readonly string? _folder;
    private readonly Genesis _genesis;
    private readonly SortedDictionary<ulong, BankSnapshot?> _snapshots = [];
    private ulong _lastId;

    /// <summary>Opens the shelf.</summary>
    /// <param name="dataFolder">The ledger's folder; null for one in memory.</param>
    /// <param name="genesis">The network.</param>
    internal SnapshotShelf(string? dataFolder, Genesis genesis)
    {
        _folder = dataFolder is null ? null : Path.Combine(dataFolder, "local");
        _genesis = genesis;
        if (Directory.Exists(_folder))
        {
            foreach (var path in Directory.EnumerateFiles(_folder, Prefix + "*" + Suffix))
            {
                if (ulong.TryParse(Path.GetFileName(path)[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                {
                    _snapshots[id] = null;
                    _lastId = Math.Max(_lastId, id);
                }
            }
        }
    }

    /// <summary>The ids of the snapshots, oldest first.</summary>
    internal IReadOnlyList<ulong> Ids
    {
        get
        {
            lock (_gate)
            {
                return [.. _snapshots.Keys];
            }
        }
    }

    /// <summary>Keeps a state.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="PondException">The disk failed.</exception>
    internal ulong Add(BankSnapshot snapshot)
    {
        lock (_gate)
        {
            var id = _lastId + 1;
            if (_folder is not null)
            {
                Write(PathOf(id), snapshot);
            }

            // What is on the disk is read again when it is wanted: a state may be most of the memory.
            _snapshots[id] = _folder is null ? snapshot : null;
            _lastId = id;
            while (_snapshots.Count > MaxSnapshots)
            {
                var oldest = _snapshots.Keys.First();
                _snapshots.Remove(oldest);
                if (_folder is not null)
                {
                    DurableFiles.TryDelete(PathOf(oldest));
                }
            }

            return id;
        }
    }

    /// <summary>A state; null if there is none with this id.</summary>
    /// <exception cref="PondException"><c>snapshot-unreadable</c>, or the disk failed.</exception>
    internal BankSnapshot? Find(ulong id)
    {
        lock (_gate)
        {
            return _snapshots.TryGetValue(id, out var snapshot) ? snapshot ?? Read(PathOf(id)) : null;
        }
    }

    private string PathOf(ulong id) => Path.Combine(_folder!, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{id:D6}{Suffix}"));

    private void Write(string path, BankSnapshot snapshot)
    {
        try
        {
            Directory.CreateDirectory(_folder!);
            using (var file = new FileStream(path + ".unfinished", FileMode.Create, FileAccess.Write, FileShare.None))
            {
                snapshot.Write(file, _genesis);
                file.Flush(flushToDisk: true);
            }

            DurableFiles.Publish(path + ".unfinished", path);
            DurableFiles.SyncFolder(_folder!);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, path);
        }
    }

    private BankSnapshot Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return BankSnapshot.Read(file, _genesis);
        }
        catch (FormatException exception)
        {
            throw new PondException("snapshot-unreadable", $"{path} can't be used: {exception.Message}", "Take a new snapshot.", innerException: exception);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }
    }
}
