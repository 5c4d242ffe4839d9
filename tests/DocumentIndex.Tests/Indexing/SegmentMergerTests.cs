using FsCheck;
using FsCheck.Fluent;

namespace DocumentIndex.Tests.Indexing;

public sealed class SegmentMergerTests
{
    [Fact]
    public async Task Merging_all_shards_gives_the_bytes_of_indexing_everything_at_once()
    {
        using var corpus = TestCorpus.OfMembers(members: 500);
        var parts = await corpus.IndexAsync(Enumerable.Range(0, corpus.Plan.Shards.Length));

        Assert.Equal(await corpus.IndexAllAsync(), SegmentMerger.Merge(parts.OrderBy(part => part.Key).Select(part => Segment.Open(part.Value))));
    }

    [Fact]
    public async Task Who_merged_what_before_makes_no_difference()
    {
        using var corpus = TestCorpus.OfMembers(members: 60);
        var documents = await corpus.DocumentsAsync();
        var whole = Index(documents);

        Prop.ForAll(Gen.Choose(0, documents.Length).Two().ToArbitrary(), cuts =>
        {
            var (first, second) = (Math.Min(cuts.Item1, cuts.Item2), Math.Max(cuts.Item1, cuts.Item2));
            var (a, b, c) = (Index(documents[..first]), Index(documents[first..second]), Index(documents[second..]));
            return Merge(Merge(a, b), c).AsSpan().SequenceEqual(whole) && Merge(a, Merge(b, c)).AsSpan().SequenceEqual(whole);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Parts_out_of_order_are_not_merged()
    {
        using var corpus = TestCorpus.OfMembers(members: 20);
        var (first, second) = (Segment.Open(await corpus.IndexAsync(0)), Segment.Open(await corpus.IndexAsync(1)));

        Assert.Throws<ArgumentException>(() => SegmentMerger.Merge([second, first]));
        Assert.Throws<ArgumentException>(() => SegmentMerger.Merge([first, first]));
    }

    private static byte[] Index(IEnumerable<Document> documents)
    {
        var writer = new SegmentWriter();
        foreach (var document in documents)
        {
            writer.Add(document);
        }

        return writer.ToArray();
    }

    private static byte[] Merge(params byte[][] parts) => SegmentMerger.Merge(parts.Select(part => Segment.Open(part)));
}
