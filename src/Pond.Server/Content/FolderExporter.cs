using System.Buffers;
using System.Text;
using Pond.Primitives;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Server.Content;

/// <summary>Writes content out as files and folders, trusting nothing that its author called them.</summary>
public static class FolderExporter
{
    private const int MaxNameBytes = 255;

    // U+FFFD stands for bytes that are not UTF-8: two names could become one.
    private static readonly SearchValues<char> ForbiddenEverywhere = SearchValues.Create("/\\\0\uFFFD");
    private static readonly SearchValues<char> ForbiddenOnWindows = SearchValues.Create("<>:\"|?*");

    /// <summary>Writes a file or a folder to a path where there is nothing yet; it is there entirely or not at all.</summary>
    /// <param name="store">Must have the whole content.</param>
    /// <param name="root">A file or directory.</param>
    /// <param name="target">What to write. Everything goes below it, whatever the names in the content say.</param>
    /// <param name="maxBytes">How many bytes of files are written at most: a few blocks can describe a terabyte.</param>
    /// <param name="maxEntries">How many files, folders and links there are at most, for the same reason.</param>
    /// <param name="cancellationToken">Stops between two chunks; nothing is left behind.</param>
    /// <exception cref="PondException">
    /// <c>export-exists</c>, <c>export-name-unsafe</c>, <c>export-too-large</c>, a block is missing or malformed, or the disk fails.
    /// </exception>
    public static ExportedFolder Export(
        IBlockStore store, Cid root, string target, long maxBytes, long maxEntries, CancellationToken cancellationToken)
    {
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        // Whatever goes wrong, the target's name appears only when all is written.
        var partial = $"{target}.partial";
        foreach (var path in new[] { target, partial })
        {
            if (Path.Exists(path))
            {
                throw new PondException(
                    "export-exists", $"There is something at {path} already.", "Choose another place, or remove what is there.");
            }
        }

        var run = new Run(store, maxBytes, maxEntries, cancellationToken);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            run.Write(root, partial, depth: 0);
            if (Directory.Exists(partial))
            {
                Directory.Move(partial, target);
            }
            else
            {
                File.Move(partial, target);
            }
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            DeleteAll(partial);
            throw DiskFailures.Write(cause, target);
        }
        catch
        {
            DeleteAll(partial);
            throw;
        }

        return new(run.Files, run.Folders, run.SkippedLinks, run.Bytes);
    }

    /// <summary>Whether a name may become a file's on this system.</summary>
    internal static bool IsSafe(string name) =>
        name is not ("" or "." or "..")
        && !name.AsSpan().ContainsAny(ForbiddenEverywhere)
        && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes
        && (!OperatingSystem.IsWindows() || IsSafeOnWindows(name));

    /// <summary>Whether a name means the same on Windows as elsewhere: no drive, no device, no ending that is cut off.</summary>
    internal static bool IsSafeOnWindows(string name)
    {
        var stem = name.Split('.')[0].TrimEnd(' ');
        string[] devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
        var isPort = stem.Length == 4
            && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase))
            && !char.IsAsciiLetter(stem[3]);
        return !isPort
            && !devices.Contains(stem, StringComparer.OrdinalIgnoreCase)
            && !name.AsSpan().ContainsAny(ForbiddenOnWindows)
            && !name.Any(char.IsControl)
            && name[^1] is not (' ' or '.');
    }

    private static void DeleteAll(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private sealed class Run(IBlockStore store, long maxBytes, long maxEntries, CancellationToken cancellationToken)
    {
        private static readonly StringComparer NameComparer =
            OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

        internal long Files { get; private set; }

        internal long Folders { get; private set; }

        internal long SkippedLinks { get; private set; }

        internal long Bytes { get; private set; }

        internal void Write(Cid cid, string path, int depth)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var node = UnixFsReader.Describe(store, cid);
            if (depth > ContentPath.MaxSegments || Files + Folders + SkippedLinks >= maxEntries)
            {
                throw TooLarge($"more than {maxEntries} files and folders, or more than {ContentPath.MaxSegments} levels of them");
            }

            if (node.IsDirectory)
            {
                Folders++;
                WriteFolder(cid, path, depth);
            }
            else if (node.Kind == UnixFsKind.File)
            {
                Files++;
                WriteFile(node, path);
            }
            else
            {
                SkippedLinks++;
            }
        }

        private void WriteFolder(Cid cid, string path, int depth)
        {
            Directory.CreateDirectory(path);
            var names = new HashSet<string>(NameComparer);
            foreach (var entry in UnixFsReader.List(store, cid))
            {
                if (!IsSafe(entry.Name) || !names.Add(entry.Name))
                {
                    throw new PondException(
                        "export-name-unsafe",
                        $"Directory {cid} has an entry whose name cannot be that of a file here, or is taken: "
                        + $"'{string.Concat(entry.Name.Take(60).Select(letter => char.IsControl(letter) ? '?' : letter))}'.",
                        "Ask its author for other names, or read the entries you need one by one.");
                }

                Write(entry.Cid, Path.Combine(path, entry.Name), depth + 1);
            }
        }

        private void WriteFile(UnixFsNode node, string path)
        {
            if (node.FileSize > maxBytes - Bytes)
            {
                throw TooLarge($"more than {maxBytes} bytes");
            }

            using var content = UnixFsReader.Open(store, node.Cid);
            // CreateNew refuses whatever is there, symbolic links included.
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            var buffer = new byte[128 * 1024];
            int read;
            while ((read = content.Read(buffer)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                file.Write(buffer.AsSpan(0, read));
            }

            Bytes += node.FileSize;
        }

        private static PondException TooLarge(string what) => new(
            "export-too-large", $"The content has {what}.", "Raise the limit if you trust its author.");
    }
}
