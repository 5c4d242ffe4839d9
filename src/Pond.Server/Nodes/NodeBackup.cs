using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Nodes.Money;
using Pond.Server.Sqlite;

namespace Pond.Server.Nodes;

/// <summary>What of a node can't be made anew, in one file: keys, environment, what was said about tasks, and the journals.</summary>
/// <remarks>The node may run meanwhile. The file holds keys: it is for its owner's eyes only.</remarks>
public static class NodeBackup
{
    private static readonly string[] KeyFiles = ["staking_wallet.json", "staking_wallet_kpl.json"];

    /// <summary>Writes the backup, and reads it back.</summary>
    /// <param name="nodeFolder">The node's folder, as it was given to <c>pond node run</c>.</param>
    /// <param name="path">The file to write, a gzipped tar; it must not be there.</param>
    /// <returns>The names of what is in it, as they lie below the node's folder.</returns>
    /// <exception cref="PondException"><c>file-exists</c>, <c>key-missing</c>, <c>check-failed</c>, or the disk failed.</exception>
    public static ImmutableArray<string> Write(string nodeFolder, string path)
    {
        if (File.Exists(path))
        {
            throw new PondException("file-exists", $"{path} is there already.", "Name another file: an older backup is not overwritten.");
        }

        var partial = path + ".unfinished";
        var copies = Directory.CreateTempSubdirectory("pond-backup-").FullName;
        try
        {
            var files = Find(nodeFolder, copies);
            if (!files.Any(file => file.Name.StartsWith("config/", StringComparison.Ordinal)))
            {
                throw new PondException("key-missing", $"{Path.GetFullPath(nodeFolder)} has no key below 'config': that is no node's folder.", "Name the folder that was given to 'pond node run'.");
            }

            DurableFiles.TryDelete(partial);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(partial, options))
            {
                using (var tar = new TarWriter(new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true)))
                {
                    foreach (var (name, source) in files)
                    {
                        tar.WriteEntry(source, name);
                    }
                }

                file.Flush(flushToDisk: true);
            }

            Check(partial, files);
            DurableFiles.Publish(partial, path);
            return [.. files.Select(file => file.Name)];
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, path);
        }
        finally
        {
            DurableFiles.TryDelete(partial);
            Directory.Delete(copies, recursive: true);
        }
    }

    private static List<(string Name, string Source)> Find(string nodeFolder, string copies)
    {
        var found = new List<(string Name, string Source)>();
        found.AddRange(ContainerNode.EnvironmentFiles.Select(name => (name, Path.Combine(nodeFolder, name))));
        if (Directory.Exists(Path.Combine(nodeFolder, "config")))
        {
            found.AddRange(Directory.EnumerateFiles(Path.Combine(nodeFolder, "config")).Order(StringComparer.Ordinal).Select(file => ($"config/{Path.GetFileName(file)}", file)));
        }

        found.AddRange(KeyFiles.Select(name => ($"namespace/{name}", Path.Combine(nodeFolder, "namespace", name))));
        var data = ContainerFolders.DataOf(nodeFolder);
        var place = Path.GetRelativePath(nodeFolder, data) is "." ? "" : "data/";
        found.Add(($"{place}{NodeRoster.FileName}", Path.Combine(data, NodeRoster.FileName)));
        var databases = new List<string> { MoneyDatabase.FileName };
        if (Directory.Exists(Path.Combine(data, "tasks")))
        {
            databases.AddRange(Directory.EnumerateDirectories(Path.Combine(data, "tasks")).Order(StringComparer.Ordinal).Select(folder => $"tasks/{Path.GetFileName(folder)}/node.db"));
        }

        foreach (var name in databases.Where(name => File.Exists(Path.Combine(data, name))))
        {
            // A database that is in use is not the sum of its files; its own copy is.
            var copy = Path.Combine(copies, Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(name))[..Math.Min(60, name.Length * 2)] + ".db");
            using (var database = SqliteDatabase.Open(Path.Combine(data, name)))
            {
                database.Execute("VACUUM INTO ?", copy);
            }

            found.Add(($"{place}{name}", copy));
        }

        return [.. found.Where(file => File.Exists(file.Source) && new FileInfo(file.Source).LinkTarget is null)];
    }

    private static void Check(string backup, IReadOnlyCollection<(string Name, string Source)> files)
    {
        var sizes = files.ToDictionary(file => file.Name, file => new FileInfo(file.Source).Length, StringComparer.Ordinal);
        using var tar = new TarReader(new GZipStream(File.OpenRead(backup), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (!sizes.Remove(entry.Name, out var size) || entry.Length != size)
            {
                throw new PondException("check-failed", $"The backup does not hold {entry.Name} as it is.", "Run this again.");
            }
        }

        if (sizes.Count > 0)
        {
            throw new PondException("check-failed", $"The backup misses {string.Join(", ", sizes.Keys)}.", "Run this again.");
        }
    }
}
