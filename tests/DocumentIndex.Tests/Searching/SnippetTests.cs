using FsCheck;
using FsCheck.Fluent;

namespace DocumentIndex.Tests.Searching;

public sealed class SnippetTests
{
    [Theory]
    [InlineData("the tide comes", "tide", "the [tide] comes")]
    [InlineData("  High \n\n TideTable . ", "tide table", "High [TideTable] .")]
    [InlineData("no such word", "tide", "no such word")]
    [InlineData("", "tide", "")]
    public void A_short_text_is_shown_whole_on_one_line_with_its_hits(string text, string terms, string marked) =>
        Assert.Equal(marked, Snippet.Make(text, terms.Split(' ')).Mark("[", "]"));

    [Fact]
    public void The_window_with_the_most_different_terms_is_shown()
    {
        var filler = string.Concat(Enumerable.Repeat("water ", 50));

        var snippet = Snippet.Make($"tide tide tide {filler} ebb and tide {filler}", ["tide", "ebb"], maxLength: 30);

        Assert.Equal("…water [ebb] and [tide] water…", snippet.Mark("[", "]"));
    }

    [Fact]
    public void Any_text_gives_a_window_within_its_length_and_hits_within_the_window()
    {
        var words = Gen.Elements("tide", "Ebb", "x", " ", ".", "\n", "é🐟", "CancelAfter").ListOf().Select(pieces => string.Concat(pieces));
        Prop.ForAll(words.Zip(Gen.Choose(1, 40)).ToArbitrary(), item =>
        {
            var (text, length) = item;
            var snippet = Snippet.Make(text, ["tide", "ebb", "after"], length);
            return snippet.Text.Trim('…').Length <= length
                && snippet.Hits.All(hit => hit.End.Value <= snippet.Text.Length)
                && snippet.Mark("", "") == snippet.Text;
        }).QuickCheckThrowOnFailure();
    }
}
