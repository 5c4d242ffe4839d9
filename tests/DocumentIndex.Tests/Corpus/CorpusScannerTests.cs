using System.Text;
using Pond.Primitives;

namespace DocumentIndex.Tests.Corpus;

public sealed class CorpusScannerTests
{
    [Fact]
    public void Files_come_in_ordinal_order_of_their_whole_paths()
    {
        using var corpus = new TestCorpus(("b/x.txt", "1"), ("b.txt", "2"), ("B.txt", "3"), ("a/z/y.txt", "4"));

        Assert.Equal(["B.txt", "a/z/y.txt", "b.txt", "b/x.txt"], corpus.Plan.Files.Select(file => file.Path).ToArray());
    }

    [Fact]
    public void A_folder_is_missing_a_file_or_empty_and_the_error_says_so()
    {
        using var corpus = new TestCorpus(("file.txt", "text"));
        using var empty = new TestCorpus();
        empty.Add("image.png", [0x89, 0x50, 0, 1]);

        Assert.Equal("corpus-missing", CodeOf(Path.Combine(corpus.Folder, "nowhere")));
        Assert.Equal("corpus-missing", CodeOf(Path.Combine(corpus.Folder, "file.txt")));
        Assert.Equal("corpus-unreadable", CodeOf(Path.Combine(corpus.Folder, new string('x', 5000))));
        Assert.Equal("corpus-empty", CodeOf(empty.Folder));

        static string CodeOf(string folder) => Assert.Throws<PondException>(() => CorpusScanner.Scan(folder)).Code;
    }

    [Fact]
    public void What_is_no_text_is_skipped_with_its_reason()
    {
        using var corpus = new TestCorpus(("good.txt", "good"), ("empty.txt", ""), (".git/config", "hidden"));
        corpus.Add("program.bin", [.. "MZ"u8, 0]);
        corpus.Add("latin.txt", [.. "caf"u8, 0xE9]);
        File.CreateSymbolicLink(Path.Combine(corpus.Folder, "link.txt"), "/etc/hostname");

        var scan = CorpusScanner.Scan(corpus.Folder);

        Assert.Equal(["good.txt"], scan.Plan.Files.Select(file => file.Path).ToArray());
        Assert.Equal(
            [
                new("empty.txt", SkipReason.Empty),
                new("latin.txt", SkipReason.NotUtf8),
                new("link.txt", SkipReason.Link),
                new("program.bin", SkipReason.Binary),
            ],
            scan.Skipped.ToArray());
    }

    [Fact]
    public void Api_documentation_has_a_document_per_member_and_any_other_file_is_one()
    {
        var plan = CorpusScanner.Scan(TestCorpus.MiniFolder).Plan;

        Assert.Equal(
            [("Harbour.xml", DocumentFormat.ApiMembers), ("guides/cooking.md", DocumentFormat.Text),
                ("guides/tides.html", DocumentFormat.Markup), ("note.txt", DocumentFormat.Text)],
            plan.Files.Select(file => (file.Path, file.Format)));
        Assert.Equal(17 + 3, plan.Documents);
    }

    [Theory]
    [InlineData("""<doc><members><member name="a">x</member></members>""")] // No end.
    [InlineData("""<doc><members><!-- <member name="a">x</member> --></members></doc>""")]
    [InlineData("""<!DOCTYPE doc [<!ENTITY a "b">]><doc><members><member name="a">&a;</member></members></doc>""")]
    [InlineData("""<other><members><member name="a">x</member></members></other>""")]
    [InlineData("<doc><members><member>x</member></members></doc>")]
    public void Xml_that_only_resembles_api_documentation_is_one_document(string xml)
    {
        using var corpus = new TestCorpus(("a.xml", xml));

        Assert.Equal(DocumentFormat.Markup, corpus.Plan.Files.Single().Format);
        Assert.Equal(1, corpus.Plan.Documents);
    }

    [Fact]
    public void Shards_hold_every_document_once_and_about_equally_much()
    {
        using var corpus = TestCorpus.OfMembers(members: 1000);
        corpus.Add("large.txt", Encoding.UTF8.GetBytes(new string('x', 9 << 20)));

        var plan = corpus.Plan;

        Assert.Equal(1003, plan.Documents);
        Assert.Equal(plan.Documents, plan.Shards.Sum(shard => shard.Documents));
        Assert.Equal(Math.Ceiling(plan.Shards.Sum(SizeOf) / (512.0 * 1024)), plan.Shards.Length);
        Assert.All(plan.Shards.Where(shard => shard.Slices.All(slice => plan.Files[slice.File].Path != "large.txt")), shard =>
            Assert.True(SizeOf(shard) < 600 << 10));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(12, 12)]
    [InlineData(40, 12)]
    public void A_small_corpus_still_has_several_shards(int files, int shards)
    {
        using var corpus = new TestCorpus([.. Enumerable.Range(0, files).Select(file => ($"{file}.txt", $"text {file}"))]);

        Assert.Equal(shards, corpus.Plan.Shards.Length);
        Assert.Equal(files, corpus.Plan.Documents);
    }

    private static long SizeOf(Shard shard) => shard.Slices.Sum(slice => (long)slice.Length);
}
