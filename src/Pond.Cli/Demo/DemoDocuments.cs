using System.Collections.Immutable;
using System.Globalization;
using DocumentIndex;
using Pond.Cli.Search;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Cli.Demo;

/// <summary>The documents of a demo, in the store that outlives it, and the index that the network makes of them.</summary>
internal sealed class DemoDocuments : IDisposable
{
    private const string IndexPin = "merged index";
    private const int HitsShown = 3;

    /// <summary>About 4 MB of documents: a tenth of a second, or more on a machine with much else to do.</summary>
    private const int ShardsMeasured = 8;

    private readonly AddedContent _corpus;
    private readonly ImmutableArray<SkippedFile> _skipped;
    private Cid? _index;

    private DemoDocuments(string folder, CorpusScan scan, ContentStore store, AddedContent corpus)
    {
        Folder = folder;
        Plan = scan.Plan;
        Store = store;
        _skipped = scan.Skipped;
        _corpus = corpus;
    }

    /// <summary>Where the documents lie.</summary>
    internal string Folder { get; }

    /// <summary>How they are cut.</summary>
    internal CorpusPlan Plan { get; }

    /// <summary>The store that has them, and later the index.</summary>
    internal ContentStore Store { get; }

    /// <summary>The corpus' CID.</summary>
    internal Cid Corpus => _corpus.Cid;

    /// <summary>The size of all documents.</summary>
    internal long SizeBytes => Plan.Files.Sum(file => (long)file.SizeBytes);

    /// <summary>Scans a folder and adds its documents to the demo's store.</summary>
    internal static DemoDocuments Publish(string folder, CancellationToken cancellationToken)
    {
        var scan = CorpusScanner.Scan(folder);
        var store = new ContentStore(DemoHome.StoreFolder);
        try
        {
            return new DemoDocuments(folder, scan, store, CorpusFiles.Publish(store.Blocks, folder, scan.Plan, cancellationToken));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>One line about them.</summary>
    internal string Describe()
    {
        var skipped = _skipped.IsEmpty
            ? string.Empty
            : $", {_skipped.Length} files skipped ({string.Join(", ", _skipped.GroupBy(file => file.Reason).OrderBy(group => group.Key).Select(group => $"{group.Key}: {group.Count()}"))})";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Plan.Documents:N0} in {Plan.Files.Length:N0} files, {SizeBytes / 1e6:F1} MB, {Plan.Shards.Length} shards{skipped}, from {Folder}");
    }

    /// <summary>Measures how long this machine now takes to index all documents in one process, from a few of the shards.</summary>
    internal async Task<TimeSpan> MeasureIndexingAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var measured = Math.Min(Plan.Shards.Length, ShardsMeasured);
        // The first pass is the compiler's.
        await IndexAsync(measured, cancellationToken);
        var began = time.GetTimestamp();
        await IndexAsync(measured, cancellationToken);
        return time.GetElapsedTime(began) * ((double)Plan.Shards.Length / measured);
    }

    private async Task IndexAsync(int shards, CancellationToken cancellationToken)
    {
        var folder = new CorpusFolder(Folder);
        for (var shard = 0; shard < shards; shard++)
        {
            _ = await ShardIndexer.IndexAsync(Plan, shard, folder.ReadAsync, cancellationToken);
        }
    }

    /// <summary>Puts the merged index into the store, where it stays.</summary>
    internal void PublishIndex(ReadOnlyMemory<byte> segment)
    {
        _index = PublishedIndex.Publish(Store.Blocks, segment, _corpus);
        Store.Pin(_index.Value, IndexPin);
    }

    /// <summary>Compares the merged index with the one that this process computes alone, by their CIDs.</summary>
    internal async Task<DemoCheck> CompareAsync(CancellationToken cancellationToken)
    {
        var folder = new CorpusFolder(Folder);
        var alone = await ShardIndexer.IndexAllAsync(Plan, folder.ReadAsync, cancellationToken);
        var expected = PublishedIndex.Publish(new MemoryBlockStore(), alone, _corpus);
        return new DemoCheck(
            "the merged index equals a single process's",
            expected == _index,
            expected == _index ? string.Create(CultureInfo.InvariantCulture, $"{alone.Length:N0} bytes") : $"a single process computes {expected}");
    }

    /// <summary>The members of the report that are about documents.</summary>
    internal DemoCorpus ToReport() => new(
        Folder, Corpus.ToString(), Plan.Files.Length, _skipped.Length, Plan.Documents, Plan.Shards.Length, SizeBytes);

    /// <summary>The merged index' CID.</summary>
    /// <exception cref="InvalidOperationException">There is none yet.</exception>
    internal Cid Index => _index ?? throw new InvalidOperationException("The index is not published yet.");

    /// <summary>Asks the merged index.</summary>
    internal ImmutableArray<DemoSearch> Search(IEnumerable<string> queries)
    {
        var index = PublishedIndex.Open(Store, Index);
        return [.. queries.Select(query => new DemoSearch(query, [.. index.Search(query, HitsShown)]))];
    }

    public void Dispose() => Store.Dispose();
}
