using System.Text;
using System.Text.Unicode;

namespace DocumentIndex;

/// <summary>Reads documents from their bytes. No content makes it fail; what it can't make sense of it takes as text.</summary>
public static class DocumentReader
{
    /// <summary>Reads a document; equal bytes give equal documents on every machine.</summary>
    public static Document Read(SourceDocument source)
    {
        var content = Encoding.UTF8.GetString(source.Bytes.Span).AsSpan().TrimStart('\uFEFF'); // A byte order mark is no text.
        var (title, text) = source.File.Format switch
        {
            DocumentFormat.Text => (null, content.ToString()),
            DocumentFormat.ApiMembers => ReadMember(content),
            _ => (null, MarkupText.Extract(content)),
        };

        return new(Shortened(title ?? source.File.Path), text, source.File.Path, source.Offset, source.Bytes.Length);
    }

    private static (string? Title, string Text) ReadMember(ReadOnlySpan<char> content)
    {
        var tag = MarkupText.TagLength(content);
        return (MarkupText.AttributeOf(content[..tag], "name"), MarkupText.Extract(content[tag..]));
    }

    /// <summary>Cuts a title to what a segment takes, between two characters.</summary>
    private static string Shortened(string title)
    {
        if (Encoding.UTF8.GetByteCount(title) <= DocumentRow.MaxTitleBytes)
        {
            return title;
        }

        Span<byte> bytes = stackalloc byte[DocumentRow.MaxTitleBytes];
        Utf8.FromUtf16(title, bytes, out _, out var written);
        return Encoding.UTF8.GetString(bytes[..written]);
    }
}
