using FsCheck;
using FsCheck.Fluent;

namespace DocumentIndex.Tests.Indexing;

public sealed class MarkupTextTests
{
    [Theory]
    [InlineData("<p>one<br>two</p>", "one two")]
    [InlineData("a &lt;b&gt; &amp; &eacute;&#33;", "a <b> & é!")]
    [InlineData("<see cref=\"T:System.String\" /> or <paramref name='value'/>", "System.String or value")]
    [InlineData("<see langword=\"null\"/><img alt='a &amp; b' src='x.png'>", "null a & b")]
    [InlineData("x<!-- <b>no</b> -->y<?php no ?><!DOCTYPE no>z", "xyz")]
    [InlineData("<![CDATA[<kept> &amp;]]>", "<kept> &amp;")]
    [InlineData("<script>no < no</script>yes<STYLE a='b'>no</STYLE>", "yes")]
    [InlineData("<scripture>yes</scripture>", "yes")]
    [InlineData("1 < 2 and <3", "1 < 2 and <3")]
    [InlineData("<a title='5 > 4'>b</a>", "5 > 4 b")]
    [InlineData("<p class=\"open>text <b>bold</b>", "<p class=\"open>text bold")]
    [InlineData("text <!-- never ends", "text")]
    [InlineData("<", "<")]
    public void Markup_becomes_what_a_reader_sees(string markup, string text) =>
        Assert.Equal(text, string.Join(' ', MarkupText.Extract(markup).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void Any_mixture_of_the_pieces_of_markup_can_be_read()
    {
        var pieces = Gen.Elements("<", ">", "a", "\"", "'", "/", "<!--", "-->", "<![CDATA[", "]]>", "<script", "</script>", "&", "&#55296;", " name=", "=");
        Prop.ForAll(pieces.ListOf().ToArbitrary(), mixture => MarkupText.Extract(string.Concat(mixture)) is not null)
            .QuickCheckThrowOnFailure();
    }
}
