using System.Globalization;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Server.Ledger.Storage;

/// <summary>Keeps a second process from a ledger's folder for as long as this one runs; the system lets go of it however the process ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string Name = "lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="PondException"><c>ledger-in-use</c> with the other process's id; <c>disk-denied</c>, <c>disk-full</c>.</exception>
    internal static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, Name);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException cause) when (ReadHolder(path) is { } holder)
        {
            throw new PondException(
                "ledger-in-use",
                $"Another process uses the ledger in {folder}: {holder}.",
                "Stop it, or choose another folder with --data.",
                isTransient: true,
                cause);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, path);
        }

        try
        {
            var id = System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            file.SetLength(0);
            file.Write(id);
            file.Flush();
            return new FolderLock(file);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            file.Dispose();
            throw DiskFailures.Write(cause, path);
        }
    }

    /// <summary>Whether a name in the folder is the lock's.</summary>
    internal static bool IsLock(string name) => name is Name;

    public void Dispose() => _file.Dispose();

    private static string? ReadHolder(string path)
    {
        try
        {
            // Without a share of its own the system would hold us off as well.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return int.TryParse(reader.ReadToEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? $"process {id}"
                : "a process that has just begun";
        }
        catch (Exception exception) when (DiskFailures.IsOfDisk(exception))
        {
            return null;
        }
    }
}
