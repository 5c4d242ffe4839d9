using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pond.Server.Content;

/// <summary>Writing files so that they are there entirely or not at all, whenever the power goes.</summary>
internal static partial class DurableFiles
{
    // Child processes run strangers' code and inherit nothing.
    private const int CloseOnExecOfLinux = 0x80000;
    private const int CloseOnExecOfMacOS = 0x1000000;

    // From here on it pays to have the disk begin while the next bytes are still being made.
    private const int WriteOutFromBytes = 64 * 1024;
    private const uint WriteOut = 2;

    /// <summary>Writes a file under a temporary name, syncs it, and renames it to its place, over what was there.</summary>
    /// <remarks>After a crash the new name may still be missing until <see cref="SyncFolder"/> was called on its folder.</remarks>
    /// <exception cref="Primitives.PondException"><c>disk-full</c>, <c>disk-denied</c> or <c>disk-failed</c>.</exception>
    internal static void Write(string temporaryPath, string path, ReadOnlySpan<byte> bytes)
    {
        Prepare(temporaryPath, path, bytes);
        SyncFile(temporaryPath);
        Publish(temporaryPath, path);
    }

    /// <summary>As <see cref="Write"/>, for what only the owner may read: so it is from the first byte on, whatever was there before.</summary>
    /// <exception cref="Primitives.PondException"><c>disk-full</c>, <c>disk-denied</c> or <c>disk-failed</c>.</exception>
    internal static void WriteSecret(string temporaryPath, string path, ReadOnlySpan<byte> bytes)
    {
        // A leftover would keep its own permissions.
        TryDelete(temporaryPath);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(temporaryPath, options);
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            TryDelete(temporaryPath);
            throw DiskFailures.Write(cause, path);
        }

        Publish(temporaryPath, path);
    }

    /// <summary>The first step of <see cref="Write"/>: the bytes are with the system under the temporary name, and on their way to the disk.</summary>
    internal static void Prepare(string temporaryPath, string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var handle = File.OpenHandle(temporaryPath, FileMode.Create, FileAccess.Write, FileShare.Read);
            RandomAccess.Write(handle, bytes, fileOffset: 0);
            if (bytes.Length >= WriteOutFromBytes && OperatingSystem.IsLinux())
            {
                // A hint: whether the bytes have arrived, the sync says.
                _ = SyncFileRange(handle, 0, 0, WriteOut);
            }
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            TryDelete(temporaryPath);
            throw DiskFailures.Write(cause, path);
        }
    }

    /// <summary>The second step of <see cref="Write"/>: the bytes are on the disk.</summary>
    internal static void SyncFile(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }
        catch (FileNotFoundException)
        {
            // Deleted meanwhile, so there is nothing that has to last.
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, path);
        }
    }

    /// <summary>
    /// Opens the file system that a folder is on, for <see cref="SyncAll"/>; null where the system cannot sync a whole one.
    /// </summary>
    /// <remarks>It is kept open from before the first write: a failure to write is told to those who had it open when it happened.</remarks>
    internal static SafeFileHandle? OpenFileSystem(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var descriptor = Open(folder, CloseOnExecOfLinux);
        return descriptor < 0
            ? throw DiskFailures.Write(new IOException(Marshal.GetLastPInvokeErrorMessage()), folder)
            : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Puts all that was written to a file system on its disk: many files cost one flush of the disk instead of one each.</summary>
    internal static void SyncAll(SafeFileHandle fileSystem, string folder)
    {
        if (SyncFileSystem(fileSystem) < 0)
        {
            throw DiskFailures.Write(new IOException(Marshal.GetLastPInvokeErrorMessage()), folder);
        }
    }

    /// <summary>The last step of <see cref="Write"/>: the file takes its place.</summary>
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

    /// <summary>Deletes a temporary file, if there is one and it can be done.</summary>
    internal static void TryDelete(string? path)
    {
        if (path is null)
        {
            return;
        }

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

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystem(SafeFileHandle descriptor);

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static partial int SyncFileRange(SafeFileHandle descriptor, long offset, long count, uint flags);
}
