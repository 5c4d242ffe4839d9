using System.Globalization;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Server.Ledger.Storage;

/// <summary>Keeps a second process from a ledger's folder for as long as this one runs; the system lets go of it however the process ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string Name = "lock";
    // Beside the lock, because a locked file can't be read by others.
    private const string HolderName = "lock.pid";

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
        catch (IOException cause) when (File.Exists(path) && IsHeld(cause))
        {
            var holder = ReadHolder(folder);
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
            File.WriteAllText(Path.Combine(folder, HolderName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new FolderLock(file);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            file.Dispose();
            throw DiskFailures.Write(cause, path);
        }
    }

    public void Dispose() => _file.Dispose();

    // EWOULDBLOCK of Linux and of macOS, and Windows' sharing violation.
    private static bool IsHeld(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string ReadHolder(string folder)
    {
        try
        {
            return $"process {File.ReadAllText(Path.Combine(folder, HolderName))}";
        }
        catch (Exception exception) when (DiskFailures.IsOfDisk(exception))
        {
            return "one that has just begun";
        }
    }
}
