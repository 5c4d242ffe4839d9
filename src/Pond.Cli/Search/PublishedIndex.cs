using DocumentIndex;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Cli.Search;

/// <summary>
/// A merged index in a content store: a directory with the segment and the corpus that it indexes, so that its CID is all that a
/// search needs.
/// </summary>
internal sealed class PublishedIndex
{
    private const string SegmentName = "index.segment";
    private const string CorpusName = "corpus";

    private readonly IBlockStore _store;
    private readonly Cid _root;
    private readonly CorpusPlan _plan;
    private readonly IndexSearcher _searcher;

    private PublishedIndex(IBlockStore store, Cid root, CorpusPlan plan, Segment segment)
    {
        _store = store;
        _root = root;
        _plan = plan;
        _searcher = new IndexSearcher(segment);
    }

    /// <summary>Writes an index. Equal segments over equal corpora have equal CIDs.</summary>
    internal static Cid Publish(IBlockStore store, ReadOnlyMemory<byte> segment, AddedContent corpus)
    {
        var directory = new DirectoryBuilder();
        directory.Add(SegmentName, CorpusFiles.AddBytes(store, segment.Span));
        directory.Add(CorpusName, corpus);
        return directory.Build(store, UnixFsProfile.V1Of2025).Cid;
    }

    /// <summary>Opens an index that is in the store.</summary>
    /// <exception cref="PondException"><c>content-missing</c>: it is not there; <c>not-an-index</c>: it is something else.</exception>
    internal static PublishedIndex Open(ContentStore store, Cid root)
    {
        try
        {
            var plan = CorpusPlan.Parse(Read(store.Blocks, root, CorpusName, CorpusFiles.PlanName));
            var segment = Segment.Open(Read(store.Blocks, root, SegmentName));
            return new PublishedIndex(store.Blocks, root, plan, segment);
        }
        catch (PondException exception) when (exception.Code is "block-missing")
        {
            throw new PondException(
                "content-missing",
                $"The index {root} is not in the store of the demo.",
                $"Run 'pond demo' first, with the same {PondHome.Variable}; it prints the CID of the index that it makes.",
                innerException: exception);
        }
        catch (Exception exception) when (exception is PondException or InvalidDataException)
        {
            throw new PondException(
                "not-an-index",
                $"{root} is in the store, but it is no merged index: {exception.Message}",
                "Give the CID that 'pond demo' printed as 'merged index'.",
                innerException: exception);
        }
    }

    /// <summary>The best documents for some words, best first.</summary>
    internal IReadOnlyList<FoundDocument> Search(string query, int limit)
    {
        var terms = Tokenizer.Terms(query);
        return
        [
            .. _searcher.Search(query, limit).Select(hit => new FoundDocument(
                hit.Document.Title, hit.Document.Path, hit.Score, Snippet.Make(TextOf(hit.Document), terms).Text)),
        ];
    }

    private string TextOf(DocumentRow row)
    {
        var file = _plan.FindFile(row.Path) ?? throw new InvalidDataException($"The corpus has no file '{row.Path}'.");
        using var stream = Open(_store, _root, [CorpusName, CorpusFiles.FolderName, .. row.Path.Split('/')]);
        stream.Seek(row.Offset, SeekOrigin.Begin);
        var bytes = new byte[row.Length];
        stream.ReadExactly(bytes);
        return DocumentReader.Read(new SourceDocument(file, row.Offset, bytes)).Text;
    }

    private static byte[] Read(IBlockStore store, Cid root, params string[] path)
    {
        using var stream = Open(store, root, path);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static Stream Open(IBlockStore store, Cid root, string[] path) =>
        ContentPath.TryCreate(root, path, out var full)
            ? UnixFsReader.Open(store, UnixFsReader.Resolve(store, full))
            : throw new InvalidDataException($"'{string.Join('/', path)}' is no path.");
}
