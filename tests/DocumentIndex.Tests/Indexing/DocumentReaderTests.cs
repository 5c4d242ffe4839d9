using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace DocumentIndex.Tests.Indexing;

public sealed class DocumentReaderTests
{
    [Fact]
    public void A_member_has_its_name_as_title_and_its_content_as_text()
    {
        var document = Read(DocumentFormat.ApiMembers, "<member name=\"M:A.B&lt;C&gt;\">\n<summary>Takes a <see cref=\"T:A.C\"/>.</summary></member>");

        Assert.Equal("M:A.B<C>", document.Title);
        Assert.Equal(["takes", "a", "a", "c"], Tokenizer.Terms(document.Text));
    }

    [Fact]
    public void A_document_of_text_is_left_as_it_is_but_for_a_byte_order_mark()
    {
        var document = Read(DocumentFormat.Text, "\uFEFF# a <b> &amp;");

        Assert.Equal(("dir/file", "# a <b> &amp;", "dir/file", 7, 16), (document.Title, document.Text, document.Path, document.Offset, document.Length));
    }

    [Fact]
    public void A_title_too_long_for_a_segment_is_cut_between_characters()
    {
        var document = Read(DocumentFormat.ApiMembers, $"<member name=\"{new string('a', DocumentRow.MaxTitleBytes - 1)}é\" />");

        Assert.Equal(new string('a', DocumentRow.MaxTitleBytes - 1), document.Title);
    }

    [Fact]
    public void Any_bytes_make_a_document_in_any_format()
    {
        var inputs = ArbMap.Default.GeneratorFor<byte[]>().Zip(Gen.Elements(DocumentFormat.Text, DocumentFormat.Markup, DocumentFormat.ApiMembers));
        Prop.ForAll(inputs.ToArbitrary(), input =>
            DocumentReader.Read(new(new("f", 1, input.Item2), 0, input.Item1)).Length == input.Item1.Length).QuickCheckThrowOnFailure();
    }

    private static Document Read(DocumentFormat format, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        return DocumentReader.Read(new(new("dir/file", bytes.Length + 7, format), 7, bytes));
    }
}
