using Pond.Primitives;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Server.Content;

/// <summary>Adds files and folders from disk.</summary>
public static class FolderImporter
{
    /// <summary>Adds a file, or a folder with all that is in it.</summary>
    /// <remarks>
    /// Symbolic links inside of the folder are stored as links, with their target as text, and never followed. Modes and times
    /// are left out, so that the same content has the same root on every machine.
    /// </remarks>
    /// <param name="path">What to add. A symbolic link here is followed, since the caller named it.</param>
    /// <param name="store">Where the blocks go. Hold it until the root is pinned: <see cref="DiskBlockStore.Hold"/>.</param>
    /// <param name="profile">How content is cut; <see cref="UnixFsProfile.V1Of2025"/> if in doubt.</param>
    /// <param name="cancellationToken">Stops between two reads of a file.</param>
    /// <exception cref="PondException">
    /// <c>path-not-found</c>, <c>path-not-a-file</c>, <c>folder-too-deep</c>, the files cannot be read, or the store cannot be written.
    /// </exception>
    public static ImportedFolder Import(
        string path, IBlockStore store, UnixFsProfile profile, CancellationToken cancellationToken)
    {
        var import = new Run(store, profile, cancellationToken);
        var content =
            Directory.Exists(path) ? import.AddFolder(path, depth: 0)
            : SpecialFiles.IsSpecial(path, followLinks: true) ? throw new PondException(
                "path-not-a-file", $"{path} is a pipe, a socket or a device, which has no content.", "Name a file or a folder.")
            : File.Exists(path) ? import.AddFile(path)
            : throw new PondException("path-not-found", $"There is no file or folder {path}.", "Check the spelling of the path.");
        return new(content.Cid, import.Files, import.Folders, import.Links, import.Bytes) { SkippedSpecials = import.Specials };
    }

    private sealed class Run(IBlockStore store, UnixFsProfile profile, CancellationToken cancellationToken)
    {
        internal long Files { get; private set; }

        internal long Folders { get; private set; }

        internal long Links { get; private set; }

        internal long Bytes { get; private set; }

        internal long Specials { get; private set; }

        internal AddedContent AddFolder(string path, int depth)
        {
            if (depth > ContentPath.MaxSegments)
            {
                throw new PondException(
                    "folder-too-deep",
                    $"{path} lies more than {ContentPath.MaxSegments} folders deep, where no path could reach it.",
                    "Add a folder further down.");
            }

            var builder = new DirectoryBuilder();
            foreach (var entry in EntriesOf(path))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (SpecialFiles.IsSpecial(entry.FullName, followLinks: false))
                {
                    Specials++;
                    continue;
                }

                builder.Add(entry.Name, entry switch
                {
                    { LinkTarget: { } target } => AddLink(target),
                    DirectoryInfo => AddFolder(entry.FullName, depth + 1),
                    _ => AddFile(entry.FullName),
                });
            }

            Folders++;
            return builder.Build(store, profile);
        }

        internal AddedContent AddFile(string path)
        {
            try
            {
                // Read in pieces of a chunk, so a buffer in between would only copy.
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
                var builder = new FileBuilder(store, profile, UnixFsMetadata.None);
                builder.AppendAll(file, cancellationToken);
                var content = builder.Complete();
                Files++;
                Bytes += content.SizeBytes;
                return content;
            }
            catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
            {
                throw DiskFailures.Read(cause, path);
            }
        }

        private AddedContent AddLink(string target)
        {
            Links++;
            return SymlinkBuilder.Add(target, store, profile);
        }

        private static FileSystemInfo[] EntriesOf(string path)
        {
            try
            {
                return new DirectoryInfo(path).GetFileSystemInfos();
            }
            catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
            {
                throw DiskFailures.Read(cause, path);
            }
        }
    }
}
