using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pond.Primitives;

namespace DocumentIndex.Tests.Corpus;

public sealed class CorpusPlanTests
{
    private const string Json =
        """
        {"version":1,"files":[{"path":"a.xml","sizeBytes":300,"format":"apiMembers"},{"path":"b.md","sizeBytes":20,"format":"text"}],"shards":[{"documents":3,"slices":[{"file":0,"offset":50,"length":100}]},{"documents":2,"slices":[{"file":0,"offset":150,"length":90},{"file":1,"offset":0,"length":20}]}]}
        """;

    [Fact]
    public void Writing_a_plan_that_was_read_gives_the_same_bytes() =>
        Assert.Equal(Json, Encoding.UTF8.GetString(CorpusPlan.Parse(Encoding.UTF8.GetBytes(Json)).ToJson()));

    [Fact]
    public void Scanning_twice_gives_the_same_bytes_and_they_can_be_read()
    {
        using var corpus = TestCorpus.OfMembers(members: 100);
        var json = corpus.Plan.ToJson();

        Assert.Equal(json, corpus.Plan.ToJson());
        Assert.Equal(json, CorpusPlan.Parse(json).ToJson());
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":2")]
    [InlineData("a.xml", "/a.xml")]
    [InlineData("a.xml", "../a.xml")]
    [InlineData("a.xml", "a//a.xml")]
    [InlineData("a.xml", "a\\\\a.xml")]
    [InlineData("a.xml", "c.xml")] // Not in order.
    [InlineData("a.xml", "\\ud800")]
    [InlineData("\"sizeBytes\":300", "\"sizeBytes\":239")]
    [InlineData("\"sizeBytes\":300", "\"sizeBytes\":2000000000")]
    [InlineData("\"sizeBytes\":20", "\"sizeBytes\":21")] // A text file is one document.
    [InlineData("apiMembers", "none")]
    [InlineData("apiMembers", "3")]
    [InlineData("\"length\":100", "\"length\":101")] // Overlaps the next.
    [InlineData("\"length\":100", "\"length\":0")]
    [InlineData("\"length\":90", "\"length\":2147483647")]
    [InlineData("\"offset\":50", "\"offset\":-1")]
    [InlineData("\"file\":1", "\"file\":2")]
    [InlineData("\"file\":1", "\"file\":-1")]
    [InlineData("\"documents\":3", "\"documents\":11")] // 100 bytes hold no more than ten members.
    [InlineData("\"documents\":2", "\"documents\":1")]
    [InlineData("\"documents\":3,", "")]
    [InlineData("\"documents\":3,", "\"documents\":3,\"more\":1,")]
    [InlineData("{\"documents\":3,\"slices\":[{\"file\":0,\"offset\":50,\"length\":100}]}", "null")]
    [InlineData("[{\"file\":0,\"offset\":50,\"length\":100}]", "null")]
    [InlineData("\"a.xml\"", "null")]
    public void A_plan_with_a_wrong_detail_is_refused(string right, string wrong)
    {
        Assert.Contains(right, Json, StringComparison.Ordinal);

        AssertRefused(Json.Replace(right, wrong, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"version\":1,\"files\":[],\"shards\":[]}")]
    public void What_is_no_plan_is_refused(string json) => AssertRefused(json);

    [Fact]
    public void No_change_of_a_byte_does_anything_but_refuse_or_read()
    {
        var changes = Gen.Choose(0, Json.Length - 1).Zip(Gen.Choose(0, 255));
        Prop.ForAll(changes.ToArbitrary(), change =>
        {
            var bytes = Encoding.UTF8.GetBytes(Json);
            bytes[change.Item1] = (byte)change.Item2;
            try
            {
                return CorpusPlan.Parse(bytes).Shards.Length == 2;
            }
            catch (PondException exception)
            {
                return exception.Code == "corpus-plan-invalid";
            }
        }).QuickCheckThrowOnFailure();
    }

    private static void AssertRefused(string json) =>
        Assert.Equal("corpus-plan-invalid", Assert.Throws<PondException>(() => CorpusPlan.Parse(Encoding.UTF8.GetBytes(json))).Code);
}
