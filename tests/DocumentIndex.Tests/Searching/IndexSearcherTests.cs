namespace DocumentIndex.Tests.Searching;

public sealed class IndexSearcherTests
{
    [Theory]
    [InlineData("cancel after timeout", "M:System.Threading.CancellationTokenSource.CancelAfter(System.Int32)")]
    [InlineData("CancelAfter(TimeSpan)", "M:System.Threading.CancellationTokenSource.CancelAfter(System.TimeSpan)")]
    [InlineData("CancellationTokenSource", "T:System.Threading.CancellationTokenSource")]
    [InlineData("string join", "M:System.String.Join(System.String,System.String[])")]
    [InlineData("System.String", "T:System.String")]
    [InlineData("read all lines of a file", "M:System.IO.File.ReadAllLines(System.String)")]
    [InlineData("dictionary try get value", "M:System.Collections.Generic.Dictionary`2.TryGetValue(`0,`1@)")]
    [InlineData("thread join", "M:System.Threading.Thread.Join")]
    [InlineData("http request timeout", "P:System.Net.Http.HttpClient.Timeout")]
    [InlineData("harbourmaster", "guides/tides.html")]
    [InlineData("onion carrots soup", "guides/cooking.md")]
    [InlineData("buoy 7", "note.txt")]
    public async Task The_first_hit_is_what_a_programmer_looks_for(string query, string title)
    {
        var searcher = await OpenAsync();

        Assert.Equal(title, searcher.Search(query, limit: 5)[0].Document.Title);
    }

    [Fact]
    public async Task Cancel_after_timeout_finds_both_overloads_before_anything_else()
    {
        var searcher = await OpenAsync();

        var titles = searcher.Search("cancel after timeout", limit: 3).Select(hit => hit.Document.Title).ToArray();

        Assert.Contains(".CancelAfter(", titles[0], StringComparison.Ordinal);
        Assert.Contains(".CancelAfter(", titles[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hits_are_ranked_limited_and_only_of_documents_with_a_term()
    {
        var searcher = await OpenAsync();

        var hits = searcher.Search("tide harbourmaster the", limit: 4);

        Assert.Equal(4, hits.Count);
        Assert.Equal(hits.OrderByDescending(hit => hit.Score), hits);
        Assert.All(hits, hit => Assert.True(hit.Score > 0));
        Assert.Empty(searcher.Search("zeppelin", limit: 4));
        Assert.Empty(searcher.Search("...", limit: 4));
        Assert.Empty(new IndexSearcher(Segment.Open(new SegmentWriter().ToArray())).Search("tide", limit: 4));
    }

    [Fact]
    public void Terms_that_stand_together_in_order_win()
    {
        var writer = new SegmentWriter();
        writer.Add(new Document("1", "tide far from all that is high", "1", 0, 1));
        writer.Add(new Document("2", "tide high as it comes to shore", "2", 0, 1));
        writer.Add(new Document("3", "high tide as it comes to shore", "3", 0, 1));
        var searcher = new IndexSearcher(Segment.Open(writer.ToArray()));

        Assert.Equal(["3", "2", "1"], searcher.Search("high tide", limit: 3).Select(hit => hit.Document.Title).ToArray());
    }

    [Fact]
    public async Task A_hit_leads_back_to_its_text()
    {
        var plan = CorpusScanner.Scan(TestCorpus.MiniFolder).Plan;
        var found = (await OpenAsync()).Search("cancel after timeout", limit: 1)[0].Document;
        var file = plan.FindFile(found.Path)!;
        var bytes = await new CorpusFolder(TestCorpus.MiniFolder).ReadAsync(file, new(0, found.Offset, found.Length), CancellationToken.None);

        var document = DocumentReader.Read(new(file, found.Offset, bytes));

        Assert.Equal(found.Title, document.Title);
        Assert.Equal(
            "Plans to [cancel] this source [after] some milliseconds. millisecondsDelay The [timeout] in milliseconds, or -1 for none.",
            Snippet.Make(document.Text, Tokenizer.Terms("cancel after timeout")).Mark("[", "]"));
    }

    private static async Task<IndexSearcher> OpenAsync()
    {
        var plan = CorpusScanner.Scan(TestCorpus.MiniFolder).Plan;
        var bytes = await ShardIndexer.IndexAllAsync(plan, new CorpusFolder(TestCorpus.MiniFolder).ReadAsync, CancellationToken.None);
        return new(Segment.Open(bytes));
    }
}
