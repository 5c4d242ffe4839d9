using System.Text.Json.Nodes;
using Pond.Primitives;
using Pond.Sdk.Documents;

namespace Pond.Sdk.Tests.Documents;

public sealed class DocumentFileTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pond-documents-");

    [Fact]
    public async Task Documents_are_found_by_their_fields_in_the_order_of_insertion()
    {
        using var folder = new DocumentFolder(_root.FullName);
        var pages = folder.Collection("pages");
        await pages.InsertAsync(new { host = "a", size = 1, head = new { title = "one" } }, default);
        await pages.InsertAsync(new { host = "b", size = 2, head = new { title = "two" } }, default);
        await pages.InsertAsync(new { host = "a", size = 3, tags = new[] { "x" } }, default);

        Assert.Equal([1, 3], await SizesAsync(pages, new { host = "a" }));
        Assert.Equal([2], await SizesAsync(pages, new JsonObject { ["head.title"] = "two" }));
        Assert.Equal([3], await SizesAsync(pages, new { tags = new[] { "x" } }));
        Assert.Equal([1, 2, 3], await SizesAsync(pages, new { }));
        Assert.Empty(await SizesAsync(pages, new { host = "a", size = 2 }));
        Assert.Empty(await SizesAsync(pages, new JsonObject { ["nothing"] = null }));
    }

    [Fact]
    public async Task Changes_outlive_the_process_and_a_torn_last_line_is_forgotten()
    {
        string id;
        using (var folder = new DocumentFolder(_root.FullName))
        {
            var pages = folder.Collection("pages");
            id = await pages.InsertAsync(new { size = 1 }, default);
            await pages.InsertAsync(new { size = 2 }, default);
            await pages.InsertAsync(new { size = 3 }, default);
            Assert.Equal(1, await pages.UpdateAsync(new { _id = id }, new { size = 10 }, default));
            Assert.Equal(1, await pages.RemoveAsync(new { size = 2 }, default));
        }

        await File.AppendAllTextAsync(Path.Combine(_root.FullName, "pages.jsonl"), """{"_id":"torn","si""");

        using var again = new DocumentFolder(_root.FullName);
        Assert.Equal([10, 3], await SizesAsync(again.Collection("pages"), new { }));
        await again.Collection("pages").InsertAsync(new { size = 4 }, default);
        Assert.Equal([10, 3, 4], await SizesAsync(again.Collection("pages"), new { }));
    }

    [Fact]
    public async Task What_is_changed_often_does_not_fill_the_disk()
    {
        using var folder = new DocumentFolder(_root.FullName);
        var counters = folder.Collection("counters");
        await counters.InsertAsync(new { _id = "n", value = 0 }, default);

        for (var value = 1; value <= 1_100; value++)
        {
            await counters.UpdateAsync(new { _id = "n" }, new { value }, default);
        }

        Assert.InRange((await File.ReadAllLinesAsync(Path.Combine(_root.FullName, "counters.jsonl"))).Length, 1, 200);
        Assert.Equal(1_100, (await counters.FindAsync(new JsonObject(), default)).Single()["value"]!.GetValue<int>());
    }

    [Fact]
    public async Task What_was_returned_can_be_changed_without_changing_what_is_stored()
    {
        using var folder = new DocumentFolder(_root.FullName);
        var pages = folder.Collection("pages");
        await pages.InsertAsync(new { size = 1 }, default);

        (await pages.FindAsync(new JsonObject(), default))[0]["size"] = 2;

        Assert.Equal([1], await SizesAsync(pages, new { }));
    }

    [Fact]
    public async Task Bad_documents_and_names_are_refused()
    {
        using var folder = new DocumentFolder(_root.FullName);
        var pages = folder.Collection("pages");
        await pages.InsertAsync(new { _id = "a" }, default);

        Assert.Equal("document-exists", await CodeOf(() => pages.InsertAsync(new { _id = "a" }, default).AsTask()));
        Assert.Equal("document-invalid", await CodeOf(() => pages.InsertAsync(new JsonObject { ["_id"] = 7 }, default).AsTask()));
        Assert.Equal("document-invalid", await CodeOf(() => pages.InsertAsync(new { text = new string('x', 1_000_001) }, default).AsTask()));
        Assert.Equal("document-invalid", await CodeOf(() => pages.UpdateAsync(new { }, new { _id = "b" }, default).AsTask()));
        Assert.Throws<ArgumentException>(() => folder.Collection("../up"));
        Assert.Single(await pages.FindAsync(new JsonObject(), default));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static async Task<IEnumerable<int>> SizesAsync(ITaskDocumentSet collection, object query) =>
        (await collection.FindAsync<Page>(query, default)).Select(page => page.Size);

    private static async Task<string> CodeOf(Func<Task> call) => (await Assert.ThrowsAsync<PondException>(call)).Code;

    private sealed record Page(int Size);
}
