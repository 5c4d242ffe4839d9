using System.Runtime.InteropServices;

namespace Pond.Server.Content;

/// <summary>Writing files so that they are there entirely or not at all, whenever the power goes.</summary>
internal static partial class DurableFiles
{
    // Child processes run strangers' code and inherit nothing.
    private const int CloseOnExecOfLinux = 0x80000;
    private const int CloseOnExecOfMacOS = 0x1000000;

    /// <summary>Writes a file under a temporary name, syncs it, and renames it to its place, over what was there.</summary>
    /// <remarks>After a crash the new name may still be missing until <see cref="SyncFolder"/> was called on its folder.</remarks>
    /// <exception cref="Primitives.PondException"><c>disk-full</c>, <c>disk-denied</c> or <c>disk-failed</c>.</exception>
    internal static void Write(string temporaryPath, string path, ReadOnlySpan<byte> bytes)
    {
        Prepare(temporaryPath, path, bytes);
        Publish(temporaryPath, path);
    }

    /// <summary>The first half of <see cref="Write"/>: the bytes are on disk under the temporary name.</summary>
    internal static void Prepare(string temporaryPath, string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var handle = File.OpenHandle(temporaryPath, FileMode.Create, FileAccess.Write, FileShare.None);
            RandomAccess.Write(handle, bytes, fileOffset: 0);
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            TryDelete(temporaryPath);
            throw DiskFailures.Write(cause, path);
        }
    }

    /// <summary>The second half of <see cref="Write"/>: the file takes its place.</summary>
    internal static void Publish(string temporaryPath, string path)
    {
        try
        {
            File.Move(temporaryPath, path, overwrite: true);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            TryDelete(temporaryPath);
            throw DiskFailures.Write(cause, path);
        }
    }

    /// <summary>Makes the names in a folder survive a crash. On Windows the file system's journal does it.</summary>
    /// <exception cref="Primitives.PondException"><c>disk-failed</c></exception>
    internal static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, OperatingSystem.IsMacOS() ? CloseOnExecOfMacOS : CloseOnExecOfLinux);
        if (descriptor < 0)
        {
            throw DiskFailures.Write(new IOException(Marshal.GetLastPInvokeErrorMessage()), path);
        }

        var result = Sync(descriptor);
        var message = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(descriptor);
        if (result < 0)
        {
            throw DiskFailures.Write(new IOException(message), path);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            // A leftover is deleted when the store is opened again; the failure that led here matters more.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
