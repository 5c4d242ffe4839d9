using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Pond.Primitives;

namespace Pond.Server.Tasks.JavaScript;

/// <summary>A task's folder as the namespace's <c>fs</c> sees it: what is named is found in that folder, or refused.</summary>
/// <remarks>
/// <para>The original joins texts, so a task could reach every file of its operator. Here each name on the way is opened in the folder before
/// it and never through a link, as in <see cref="TaskFolder"/>: links that the task makes meanwhile lead nowhere.</para>
/// <para>Errors have the texts of Node.js with the path as the task knows it, because tasks compare them.</para>
/// </remarks>
/// <param name="folder">Where it is.</param>
/// <param name="seenAs">Where the task sees it.</param>
/// <param name="user">To whom belongs what is made; null for the node's own user.</param>
internal sealed class TaskFiles(string folder, string seenAs, uint? user = null)
{
    /// <summary>The most that is read or written at once: what a call's body can carry.</summary>
    internal const int MaxFileBytes = 50 << 20;

    private const int MaxDepth = 64;
    private const int MaxEntries = 100_000;

    private const int NotPermitted = 1;
    private const int Exists = 17;
    private const int IsDirectory = 21;
    private const int Invalid = 22;
    private const int TooLarge = 27;

    private static readonly Dictionary<int, (string Code, string Text)> Errors = new()
    {
        [NotPermitted] = ("EPERM", "operation not permitted"),
        [Posix.NoSuchEntry] = ("ENOENT", "no such file or directory"),
        [13] = ("EACCES", "permission denied"),
        [Exists] = ("EEXIST", "file already exists"),
        [Posix.NotADirectory] = ("ENOTDIR", "not a directory"),
        [IsDirectory] = ("EISDIR", "illegal operation on a directory"),
        [Invalid] = ("EINVAL", "invalid argument"),
        [TooLarge] = ("EFBIG", "file too large"),
        [28] = ("ENOSPC", "no space left on device"),
        [36] = ("ENAMETOOLONG", "name too long"),
        [39] = ("ENOTEMPTY", "directory not empty"),
        [Posix.TooManyLinks] = ("ELOOP", "too many symbolic links encountered"),
    };

    /// <summary>Reads a file.</summary>
    internal byte[] Read(string path)
    {
        using var file = Open(path, 0, "open");
        if (!Posix.TryGetStatus(file, out var status) || status.IsFolder)
        {
            throw new PondException("EISDIR", "EISDIR: illegal operation on a directory, read", "Read a file.");
        }

        if (!status.IsFile)
        {
            throw Fail(Invalid, "open", path);
        }

        var length = RandomAccess.GetLength(file);
        if (length > MaxFileBytes)
        {
            throw Fail(TooLarge, "read", path);
        }

        var bytes = new byte[length];
        var read = 0;
        int count;
        while (read < bytes.Length && (count = RandomAccess.Read(file, bytes.AsSpan(read), read)) > 0)
        {
            read += count;
        }

        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">Which.</param>
    /// <param name="bytes">What.</param>
    /// <param name="flag">One of Node.js's flags that write: w, wx, a, ax, with or without +; r+ for a file that must exist.</param>
    internal void Write(string path, ReadOnlySpan<byte> bytes, string flag)
    {
        var flags = Posix.WriteOnly | flag.TrimEnd('+') switch
        {
            "w" => Posix.Create | Posix.Truncate,
            "wx" or "xw" => Posix.Create | Posix.Truncate | Posix.Exclusive,
            "a" or "as" => Posix.Create | Posix.Append,
            "ax" or "xa" => Posix.Create | Posix.Append | Posix.Exclusive,
            "r" when flag is "r+" => 0,
            _ => throw Fail(Invalid, "open", path),
        };
        using var file = Open(path, flags, "open");
        if (!Posix.IsRegularFile(file))
        {
            throw Fail(Invalid, "open", path);
        }

        RandomAccess.Write(file, bytes, (flags & Posix.Append) == 0 ? 0 : RandomAccess.GetLength(file));
    }

    /// <summary>Cuts or lengthens a file.</summary>
    internal void SetLength(string path, long length)
    {
        if (length is < 0 or > MaxFileBytes)
        {
            throw Fail(length < 0 ? Invalid : TooLarge, "open", path);
        }

        using var file = Open(path, Posix.WriteOnly, "open");
        RandomAccess.SetLength(file, length);
    }

    /// <summary>Makes a folder.</summary>
    /// <returns>For a recursive call the first folder that was made, as the task sees it; null if none was.</returns>
    internal string? MakeFolder(string path, bool isRecursive)
    {
        var names = Split(path);
        if (!isRecursive || names.Length == 0)
        {
            if (names.Length > 0)
            {
                using var parent = OpenParent(names, "mkdir", path);
                Check(TryMakeFolder(parent, names[^1]), "mkdir", path);
            }
            else if (!isRecursive)
            {
                throw Fail(Exists, "mkdir", path);
            }

            return null;
        }

        string? first = null;
        for (var depth = 1; depth <= names.Length; depth++)
        {
            using var parent = OpenParent(names[..depth], "mkdir", path);
            if (TryMakeFolder(parent, names[depth - 1]))
            {
                first ??= $"{seenAs}/{string.Join('/', names[..depth])}";
            }
            else if (Marshal.GetLastPInvokeError() != Exists)
            {
                throw Fail(Marshal.GetLastPInvokeError(), "mkdir", path);
            }
        }

        // What was there may have been a file.
        if (!StatusOf(path, "mkdir").IsFolder)
        {
            throw Fail(Exists, "mkdir", path);
        }

        return first;
    }

    /// <summary>Makes a folder whose name begins so and ends in six letters that nobody has.</summary>
    /// <returns>Its path as the task sees it.</returns>
    internal string MakeTemporaryFolder(string prefix)
    {
        var path = prefix + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 6);
        MakeFolder(path, isRecursive: false);
        return SeenPath(path);
    }

    /// <summary>The names in a folder, in order; with their folders before them if the call is recursive.</summary>
    internal IReadOnlyList<(string Folder, string Name)> List(string path, bool isRecursive)
    {
        var names = Split(path);
        using var opened = OpenFolder(names, "scandir", path);
        var found = new List<(string, string)>();
        List(opened, "", isRecursive, found, depth: 0);
        return found;
    }

    /// <summary>What is known of a path; of a link itself.</summary>
    internal FileStatus StatusOf(string path, string call)
    {
        var names = Split(path);
        if (names.Length == 0)
        {
            using var root = OpenFolder([], call, path);
            Check(Posix.TryGetStatus(root, out var rootStatus), call, path);
            return rootStatus;
        }

        using var parent = OpenParent(names, call, path);
        Check(Posix.TryGetStatus(parent, names[^1], out var status), call, path);
        return status;
    }

    /// <summary>Removes a file, or an empty folder.</summary>
    internal void Remove(string path, bool isFolder, string call)
    {
        var names = NamesBelow(path, call);
        using var parent = OpenParent(names, call, path);
        Check(Posix.Remove(parent, names[^1], isFolder), call, path);
    }

    /// <summary>Removes a file, or a folder with all that is in it.</summary>
    internal void RemoveAll(string path, bool isRecursive, bool isForced)
    {
        var names = NamesBelow(path, "rm");
        try
        {
            using var parent = OpenParent(names, "lstat", path);
            Check(Posix.TryGetStatus(parent, names[^1], out var status), "lstat", path);
            if (status.IsFolder && !isRecursive)
            {
                throw new PondException(
                    "ERR_FS_EISDIR", $"Path is a directory: rm returned EISDIR (is a directory) {SeenPath(path)}", "Ask for a recursive removal.");
            }

            RemoveTree(parent, names[^1], status.IsFolder, path, depth: 0);
        }
        catch (PondException missing) when (isForced && missing.Code is "ENOENT")
        {
            // That was the wish.
        }
    }

    /// <summary>Renames a file or folder.</summary>
    internal void Rename(string from, string to)
    {
        var (source, target) = (NamesBelow(from, "rename"), NamesBelow(to, "rename"));
        using var fromFolder = OpenParent(source, "rename", from);
        using var toFolder = OpenParent(target, "rename", to);
        Check(Posix.Rename(fromFolder, source[^1], toFolder, target[^1]), "rename", from, to);
    }

    /// <summary>Copies a file, or a folder with all that is in it.</summary>
    internal void Copy(string from, string to, bool isRecursive, bool isExclusive, string call)
    {
        if (!StatusOf(from, call).IsFolder)
        {
            Write(to, Read(from), isExclusive ? "wx" : "w");
            return;
        }

        if (!isRecursive)
        {
            throw new PondException(
                "ERR_FS_EISDIR", $"Recursive option not enabled, cannot copy a directory: {call} returned EISDIR ({SeenPath(from)} is a directory (not copied)) {SeenPath(to)}", "Ask for a recursive copy.");
        }

        if ($"{SeenPath(to)}/".StartsWith($"{SeenPath(from)}/", StringComparison.Ordinal))
        {
            throw Fail(Invalid, call, from, to);
        }

        MakeFolder(to, isRecursive: true);
        foreach (var (parent, name) in List(from, isRecursive: true))
        {
            var relative = parent.Length == 0 ? name : $"{parent}/{name}";
            var status = StatusOf($"{from}/{relative}", call);
            if (status.IsFolder)
            {
                MakeFolder($"{to}/{relative}", isRecursive: true);
            }
            else if (status.IsFile)
            {
                Write($"{to}/{relative}", Read($"{from}/{relative}"), isExclusive ? "wx" : "w");
            }
        }
    }

    /// <summary>Sets when a file was read and written last.</summary>
    internal void SetTimes(string path, DateTimeOffset accessed, DateTimeOffset modified)
    {
        using var file = Open(path, 0, "utime");
        File.SetLastAccessTimeUtc(file, accessed.UtcDateTime);
        File.SetLastWriteTimeUtc(file, modified.UtcDateTime);
    }

    /// <summary>A path as the task sees it, without detours.</summary>
    internal string SeenPath(string path) => Split(path) is { Length: > 0 } names ? $"{seenAs}/{string.Join('/', names)}" : seenAs;

    /// <summary>The path of a second argument: the original takes it as it is, so it begins with the folder.</summary>
    internal string BelowFolder(string path) =>
        path.StartsWith($"{seenAs}/", StringComparison.Ordinal) || path == seenAs ? path[seenAs.Length..] : path;

    private static string[] Split(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw Refused(path);
        }

        var names = new List<string>();
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name is ".." && names.Count == 0)
            {
                throw Refused(path);
            }

            if (name is "..")
            {
                names.RemoveAt(names.Count - 1);
            }
            else if (name is not ".")
            {
                names.Add(name);
            }
        }

        return names.Count <= MaxDepth ? [.. names] : throw Refused(path);
    }

    private string[] NamesBelow(string path, string call) =>
        Split(path) is { Length: > 0 } names ? names : throw Fail(NotPermitted, call, path);

    private SafeFileHandle Open(string path, int flags, string call)
    {
        var names = Split(path);
        if (names.Length == 0)
        {
            throw Fail(IsDirectory, call, path);
        }

        using var parent = OpenParent(names, call, path);
        var file = Posix.OpenAt(parent, names[^1], flags);
        if (!file.IsInvalid)
        {
            Give(file, flags);
            return file;
        }

        var error = Marshal.GetLastPInvokeError();
        file.Dispose();
        throw Fail(error, call, path);
    }

    // What root makes for a task with a user of its own would not be the task's.
    private void Give(SafeFileHandle made, int flags)
    {
        if (user is { } owner && (flags & Posix.Create) != 0)
        {
            _ = Posix.TryChangeOwner(made, owner);
        }
    }

    private bool TryMakeFolder(SafeFileHandle parent, string name)
    {
        if (!Posix.MakeFolder(parent, name))
        {
            return false;
        }

        if (user is not null)
        {
            using var made = Posix.OpenAt(parent, name, Posix.Directory);
            if (!made.IsInvalid)
            {
                Give(made, Posix.Create);
            }
        }

        return true;
    }

    private SafeFileHandle OpenParent(string[] names, string call, string path) => OpenFolder(names[..^1], call, path);

    private SafeFileHandle OpenFolder(string[] names, string call, string path)
    {
        var current = Posix.Open(folder, Posix.Directory);
        var error = Marshal.GetLastPInvokeError();
        foreach (var name in names)
        {
            if (current.IsInvalid)
            {
                break;
            }

            var next = Posix.OpenAt(current, name, Posix.Directory);
            // Before anything else is called: closing has an error of its own.
            error = Marshal.GetLastPInvokeError();
            current.Dispose();
            current = next;
        }

        if (!current.IsInvalid)
        {
            return current;
        }

        current.Dispose();
        throw Fail(error, call, path);
    }

    private static void List(SafeFileHandle opened, string prefix, bool isRecursive, List<(string, string)> found, int depth)
    {
        foreach (var name in Directory.EnumerateFileSystemEntries(Posix.PathOf(opened)).Select(Path.GetFileName).Order(StringComparer.Ordinal))
        {
            found.Add((prefix, name!));
            if (found.Count > MaxEntries)
            {
                throw new PondException("EFBIG", $"The folder has more than {MaxEntries} entries.", "List its parts one by one.");
            }

            if (isRecursive && depth < MaxDepth && Posix.TryGetStatus(opened, name!, out var status) && status.IsFolder)
            {
                using var child = Posix.OpenAt(opened, name!, Posix.Directory);
                if (!child.IsInvalid)
                {
                    List(child, prefix.Length == 0 ? name! : $"{prefix}/{name}", isRecursive, found, depth + 1);
                }
            }
        }
    }

    private void RemoveTree(SafeFileHandle parent, string name, bool isFolder, string path, int depth)
    {
        if (isFolder && depth < MaxDepth)
        {
            using var opened = Posix.OpenAt(parent, name, Posix.Directory);
            if (!opened.IsInvalid)
            {
                foreach (var child in Directory.GetFileSystemEntries(Posix.PathOf(opened)).Select(Path.GetFileName))
                {
                    RemoveTree(
                        opened, child!, Posix.TryGetStatus(opened, child!, out var status) && status.IsFolder, path, depth + 1);
                }
            }
        }

        Check(Posix.Remove(parent, name, isFolder), isFolder ? "rmdir" : "unlink", path);
    }

    private void Check(bool isDone, string call, string path, string? other = null)
    {
        if (!isDone)
        {
            throw Fail(Marshal.GetLastPInvokeError(), call, path, other);
        }
    }

    private PondException Fail(int error, string call, string path, string? other = null)
    {
        var (code, text) = Errors.TryGetValue(error, out var known) ? known : ("EIO", Marshal.GetPInvokeErrorMessage(error));
        var target = other is null ? "" : $" -> '{SeenPath(other)}'";
        return new(code, $"{code}: {text}, {call} '{SeenPath(path)}'{target}", "Look at the path.");
    }

    private static PondException Refused(string path) => new(
        "path-refused", $"The path '{path}' leaves the task's folder.", "Name a file or folder inside the task's folder.");
}
