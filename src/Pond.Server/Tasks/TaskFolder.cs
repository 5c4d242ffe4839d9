using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pond.Primitives;

namespace Pond.Server.Tasks;

/// <summary>Copies what a task names in its own folder to where the task can't reach it.</summary>
/// <remarks>
/// The task may change its folder at any moment, so a path that was checked is not a path that will be opened. Each name on the
/// way is opened relative to the folder before it, and none may be a link: what is copied lies in the task's folder
/// even if the task swaps names meanwhile. Works on Linux, on x64 and ARM64.
/// </remarks>
internal sealed class TaskFolder(string folder)
{
    private const int MaxDepth = 32;
    private const int MaxEntries = 100_000;

    /// <summary>Copies a file or folder.</summary>
    /// <param name="relativePath">Names with <c>/</c> between them; <c>.</c> is the whole folder.</param>
    /// <param name="destination">What to make; must not exist yet.</param>
    /// <param name="maxBytes">The most to copy.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="PondException">
    /// <c>path-refused</c>: the path leaves the folder, or is or contains something that is neither file nor folder, a link for
    /// example. <c>path-missing</c>: there is nothing. <c>content-too-large</c>: more than <paramref name="maxBytes"/>, or too many files.
    /// </exception>
    public void CopyOut(string relativePath, string destination, long maxBytes, CancellationToken cancellationToken)
    {
        var names = Split(relativePath);
        using var root = Posix.Open(folder, Posix.Directory);
        if (root.IsInvalid)
        {
            throw Missing(folder);
        }

        var budget = new Budget(maxBytes);
        var current = root;
        try
        {
            foreach (var (index, name) in names.Index())
            {
                var next = OpenEntry(current, name, relativePath);
                if (index < names.Length - 1 && !Posix.IsDirectory(next))
                {
                    next.Dispose();
                    throw Missing(relativePath);
                }

                if (current != root)
                {
                    current.Dispose();
                }

                current = next;
            }

            Copy(current, relativePath, destination, budget, depth: 0, cancellationToken);
        }
        finally
        {
            current.Dispose();
        }
    }

    private static string[] Split(string relativePath)
    {
        if (relativePath.Length == 0 || relativePath[0] == '/' || relativePath.Contains('\0', StringComparison.Ordinal))
        {
            throw Refused(relativePath, "it must be a relative path");
        }

        if (relativePath is ".")
        {
            return [];
        }

        var names = relativePath.TrimEnd('/').Split('/');
        return names.All(name => name is not ("" or "." or ".."))
            ? names
            : throw Refused(relativePath, "'..', '.' and empty names are not allowed");
    }

    private static SafeFileHandle OpenEntry(SafeFileHandle parent, string name, string path)
    {
        var handle = Posix.OpenAt(parent, name);
        if (!handle.IsInvalid)
        {
            return handle;
        }

        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw error is Posix.NoSuchEntry or Posix.NotADirectory ? Missing(path)
            : error is Posix.TooManyLinks ? Refused(path, "it is or contains a symbolic link")
            : Refused(path, Marshal.GetPInvokeErrorMessage(error));
    }

    private static void Copy(
        SafeFileHandle source, string path, string destination, Budget budget, int depth, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Posix.IsDirectory(source))
        {
            if (depth == MaxDepth)
            {
                throw TooLarge(path, $"folders are nested deeper than {MaxDepth}");
            }

            Directory.CreateDirectory(destination);
            // Through the handle, so that it is this folder's names that are listed, whatever its path means by now.
            foreach (var entry in Directory.EnumerateFileSystemEntries(Posix.PathOf(source)))
            {
                budget.CountEntry(path);
                var name = Path.GetFileName(entry);
                using var child = OpenEntry(source, name, $"{path}/{name}");
                Copy(child, $"{path}/{name}", Path.Combine(destination, name), budget, depth + 1, cancellationToken);
            }
        }
        else if (Posix.IsRegularFile(source))
        {
            CopyFile(source, path, destination, budget);
        }
        else
        {
            throw Refused(path, "it is neither a file nor a folder");
        }
    }

    private static void CopyFile(SafeFileHandle source, string path, string destination, Budget budget)
    {
        using var target = new FileStream(destination, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[81_920];
        long offset = 0;
        int count;
        while ((count = RandomAccess.Read(source, buffer, offset)) > 0)
        {
            budget.CountBytes(count, path);
            target.Write(buffer, 0, count);
            offset += count;
        }
    }

    private static PondException Refused(string path, string reason) => new(
        "path-refused",
        $"The task's path '{path}' is refused: {reason}.",
        "Name a file or folder inside the task's folder, without links on the way.");

    private static PondException Missing(string path) => new(
        "path-missing", $"There is nothing at '{path}' in the task's folder.", "Write the file before you add it.");

    private static PondException TooLarge(string path, string reason) => new(
        "content-too-large", $"'{path}' can't be added: {reason}.", "Add less at once, or ask the operator for a higher limit.");

    /// <summary>What one call may still copy.</summary>
    private sealed class Budget(long maxBytes)
    {
        private long _bytes;
        private int _entries = MaxEntries;

        public void CountBytes(int count, string path)
        {
            if ((_bytes += count) > maxBytes)
            {
                throw TooLarge(path, $"it is more than {maxBytes} bytes");
            }
        }

        public void CountEntry(string path)
        {
            if (--_entries < 0)
            {
                throw TooLarge(path, $"it has more than {MaxEntries} files and folders");
            }
        }
    }
}
