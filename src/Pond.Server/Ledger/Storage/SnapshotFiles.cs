using System.Globalization;
using Pond.Ledger;
using Pond.Ledger.Snapshots;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Server.Ledger.Storage;

/// <summary>The snapshots of a ledger, a file each, named by the height of their block.</summary>
internal sealed class SnapshotFiles(string folder, Genesis genesis)
{
    private const string Prefix = "state-";
    private const string Suffix = ".snapshot";
    private const string Unfinished = ".unfinished";

    /// <summary>The heights of which there is a snapshot, lowest first.</summary>
    internal IReadOnlyList<ulong> Heights =>
    [
        .. Directory.EnumerateFiles(folder, Prefix + "*" + Suffix)
            .Select(path => Path.GetFileName(path)[Prefix.Length..^Suffix.Length])
            .Select(text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var height) ? height : 0)
            .Where(height => height > 0)
            .Order(),
    ];

    /// <summary>The highest of them; 0 if there is none.</summary>
    internal ulong Latest => Heights is [.., var last] ? last : 0;

    /// <summary>The file of a height.</summary>
    internal string PathOf(ulong height) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{height:D12}{Suffix}"));

    /// <summary>Writes a snapshot: it is there entirely or not at all.</summary>
    /// <exception cref="PondException">The disk failed.</exception>
    internal void Write(BankSnapshot snapshot)
    {
        var path = PathOf(snapshot.Height);
        try
        {
            using (var file = new FileStream(path + Unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                snapshot.Write(file, genesis);
                file.Flush(flushToDisk: true);
            }

            DurableFiles.Publish(path + Unfinished, path);
            DurableFiles.SyncFolder(folder);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            DurableFiles.TryDelete(path + Unfinished);
            throw DiskFailures.Write(cause, path);
        }
    }

    /// <summary>Reads a snapshot.</summary>
    /// <exception cref="PondException"><c>snapshot-unreadable</c>: it is damaged, or another version of Pond wrote it.</exception>
    internal BankSnapshot Read(ulong height)
    {
        var path = PathOf(height);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            var snapshot = BankSnapshot.Read(file, genesis);
            return snapshot.Height == height ? snapshot : throw new FormatException($"It is the state at height {snapshot.Height}.");
        }
        catch (FormatException exception)
        {
            throw new PondException(
                "snapshot-unreadable",
                $"{path} can't be used: {exception.Message}",
                "Remove it: the ledger goes on from an older snapshot, or from its beginning.",
                innerException: exception);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }
    }

    /// <summary>Removes what a crash left, and the snapshots that are not kept.</summary>
    internal void Keep(Func<IReadOnlyList<ulong>, IReadOnlyList<ulong>> choose)
    {
        var heights = Heights;
        foreach (var height in heights.Except(choose(heights)))
        {
            File.Delete(PathOf(height));
        }
    }

    /// <summary>Removes what a crash left.</summary>
    internal void Clean()
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Unfinished))
        {
            DurableFiles.TryDelete(path);
        }
    }
}
