using System.Text.Json;
using DocumentIndex;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Cli.Search;

/// <summary>How a corpus lies in a content store: its plan, and the documents' files as they are.</summary>
internal static class CorpusFiles
{
    /// <summary>The plan's file.</summary>
    internal const string PlanName = "corpus.json";

    /// <summary>The folder with the documents' files.</summary>
    internal const string FolderName = "files";

    /// <summary>Adds the plan and the files it names; files that the scan skipped stay out.</summary>
    /// <exception cref="PondException">A file can't be read, or the store can't be written.</exception>
    internal static AddedContent Publish(IBlockStore store, string folder, CorpusPlan plan, CancellationToken cancellationToken)
    {
        var root = new Folder();
        foreach (var file in plan.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            root.Add(file.Path.Split('/'), AddFile(store, Path.Combine(folder, file.Path)));
        }

        var corpus = new DirectoryBuilder();
        corpus.Add(PlanName, AddBytes(store, plan.ToJson()));
        corpus.Add(FolderName, root.Build(store));
        return corpus.Build(store, UnixFsProfile.V1Of2025);
    }

    /// <summary>Adds a file that is in memory.</summary>
    internal static AddedContent AddBytes(IBlockStore store, ReadOnlySpan<byte> bytes)
    {
        var builder = new FileBuilder(store, UnixFsProfile.V1Of2025, UnixFsMetadata.None);
        builder.Append(bytes);
        return builder.Complete();
    }

    /// <summary>Adds the metadata of a task that indexes a corpus.</summary>
    /// <param name="store">Gets them.</param>
    /// <param name="corpus">What is to be indexed.</param>
    /// <param name="firstRound">When work begins.</param>
    /// <param name="rounds">Over how many rounds it is spread.</param>
    internal static Cid PublishMetadata(IBlockStore store, Cid corpus, Round firstRound, int rounds)
    {
        var file = AddBytes(store, JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["author"] = "Pond",
                ["description"] = "Indexes documents for full-text search.",
                [IndexSettings.CorpusMember] = corpus.ToString(),
                [IndexSettings.FirstRoundMember] = firstRound.Value,
                [IndexSettings.RoundsMember] = rounds,
            },
            PondJson.Options));
        var directory = new DirectoryBuilder();
        directory.Add(IndexSettings.FileName, file);
        return directory.Build(store, UnixFsProfile.V1Of2025).Cid;
    }

    private static AddedContent AddFile(IBlockStore store, string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return FileBuilder.Add(stream, store, UnixFsProfile.V1Of2025);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PondException(
                "corpus-unreadable",
                $"The document {path} could be read a moment ago and now can't: {exception.Message}",
                "Leave the documents alone while they are published, then try again.",
                innerException: exception);
        }
    }

    private sealed class Folder
    {
        private readonly Dictionary<string, Folder> _folders = new(StringComparer.Ordinal);
        private readonly DirectoryBuilder _entries = new();

        internal void Add(ReadOnlySpan<string> path, AddedContent file)
        {
            if (path is [var name])
            {
                _entries.Add(name, file);
                return;
            }

            if (!_folders.TryGetValue(path[0], out var folder))
            {
                _folders.Add(path[0], folder = new Folder());
            }

            folder.Add(path[1..], file);
        }

        internal AddedContent Build(IBlockStore store)
        {
            foreach (var (name, folder) in _folders)
            {
                _entries.Add(name, folder.Build(store));
            }

            return _entries.Build(store, UnixFsProfile.V1Of2025);
        }
    }
}
