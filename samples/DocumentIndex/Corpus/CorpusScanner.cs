using System.Collections.Immutable;
using System.Text.Unicode;
using Pond.Primitives;

namespace DocumentIndex;

/// <summary>Turns a folder of documents into a plan. Runs once, on the deployer's machine.</summary>
public static class CorpusScanner
{
    /// <summary>Reads every file below the folder; equal folders give equal plans on every machine.</summary>
    /// <remarks>Files and folders whose name begins with a dot are not looked at: they are a tool's, not the user's.</remarks>
    /// <exception cref="PondException">
    /// <c>corpus-missing</c>, <c>corpus-unreadable</c>, or <c>corpus-empty</c>: no document in it can be read.
    /// </exception>
    public static CorpusScan Scan(string folder)
    {
        var (paths, skipped) = Walk(folder);
        var files = ImmutableArray.CreateBuilder<CorpusFile>();
        var documents = new List<Slice>();
        foreach (var path in paths)
        {
            var reason = TryRead(Path.Combine(folder, path), path, out var bytes);
            if (reason is not SkipReason.None)
            {
                skipped.Add(new(path, reason));
                continue;
            }

            var file = files.Count;
            var (format, ranges) = Divide(path, bytes);
            files.Add(new(path, bytes.Length, format));
            documents.AddRange(ranges.Select(range => new Slice(file, range.Offset, range.Length)));
        }

        if (documents.Count == 0)
        {
            throw new PondException(
                "corpus-empty",
                $"There is no document to index in '{folder}'{Counted(skipped)}.",
                "Name a folder that holds text, Markdown, HTML or XML files in UTF-8.");
        }

        skipped.Sort((left, right) => string.CompareOrdinal(left.Path, right.Path));
        return new(new(CorpusPlan.CurrentVersion, files.ToImmutable(), ShardPlanner.Divide(documents)), [.. skipped]);
    }

    private static (List<string> Paths, List<SkippedFile> Skipped) Walk(string root)
    {
        var (paths, skipped) = (new List<string>(), new List<SkippedFile>());
        var folders = new Stack<string>([""]);
        while (folders.TryPop(out var folder))
        {
            List<FileSystemInfo> entries;
            try
            {
                entries = [.. new DirectoryInfo(Path.Combine(root, folder)).EnumerateFileSystemInfos()];
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (folder.Length == 0)
                {
                    throw RootFailed(root, exception);
                }

                skipped.Add(new(folder, SkipReason.Unreadable));
                continue;
            }

            foreach (var entry in entries.Where(entry => !entry.Name.StartsWith('.')))
            {
                var path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
                if (entry.LinkTarget is not null)
                {
                    skipped.Add(new(path, SkipReason.Link));
                }
                else if (entry is DirectoryInfo)
                {
                    folders.Push(path);
                }
                else
                {
                    paths.Add(path);
                }
            }
        }

        paths.Sort(StringComparer.Ordinal);
        return (paths, skipped);
    }

    private static SkipReason TryRead(string fullPath, string path, out byte[] bytes)
    {
        bytes = [];
        if (!CorpusFile.IsValidPath(path))
        {
            return SkipReason.UnusableName;
        }

        try
        {
            // The length comes first: a pipe has none, and opening one would wait for a writer.
            var length = new FileInfo(fullPath).Length;
            if (length is 0 or > CorpusFile.MaxSizeBytes)
            {
                return length == 0 ? SkipReason.Empty : SkipReason.TooLarge;
            }

            bytes = File.ReadAllBytes(fullPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return SkipReason.Unreadable;
        }

        return bytes.AsSpan().Contains((byte)0) ? SkipReason.Binary
            : Utf8.IsValid(bytes) ? SkipReason.None
            : SkipReason.NotUtf8;
    }

    private static (DocumentFormat Format, List<(int Offset, int Length)> Documents) Divide(string path, byte[] bytes)
    {
        var extension = Path.GetExtension(path).ToUpperInvariant();
        if (extension is ".XML")
        {
            var members = ApiMembers.Find(bytes);
            if (ApiMembers.IsApiDocumentation(bytes, members))
            {
                return (DocumentFormat.ApiMembers, members);
            }
        }

        var isMarkup = extension is ".XML" or ".HTML" or ".HTM" or ".XHTML";
        return (isMarkup ? DocumentFormat.Markup : DocumentFormat.Text, [(0, bytes.Length)]);
    }

    private static string Counted(List<SkippedFile> skipped)
    {
        var counts = skipped.GroupBy(file => file.Reason).OrderBy(group => group.Key).Select(group => $"{group.Key}: {group.Count()}");
        return skipped.Count == 0 ? "" : $"; skipped were {string.Join(", ", counts)}";
    }

    private static PondException RootFailed(string root, Exception cause) => cause is DirectoryNotFoundException
        ? new("corpus-missing", $"There is no folder '{root}'.", "Check the path of the folder of documents.", innerException: cause)
        : new(
            "corpus-unreadable",
            $"The folder '{root}' can't be read: {cause.Message}",
            "Name a folder that this user may list and read.",
            innerException: cause);
}
