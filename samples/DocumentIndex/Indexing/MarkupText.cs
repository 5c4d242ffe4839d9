using System.Net;
using System.Text;

namespace DocumentIndex;

/// <summary>Takes the readable text out of HTML or XML. Each tag becomes a space.</summary>
/// <remarks>
/// It forgives whatever it is given: a <c>&lt;</c> that begins no tag is text. It passes over the input once, because a
/// document of a stranger must not be able to keep a node busy.
/// </remarks>
public static class MarkupText
{
    /// <summary>What a reader sees of these attributes, or searches for.</summary>
    private static readonly string[] ReadableAttributes = ["cref", "name", "langword", "alt", "title"];

    /// <summary>The text, with entities decoded and the values of readable attributes in their places.</summary>
    public static string Extract(ReadOnlySpan<char> markup)
    {
        var text = new StringBuilder(markup.Length);
        while (!markup.IsEmpty)
        {
            var tag = markup.IndexOf('<');
            AppendDecoded(text, tag < 0 ? markup : markup[..tag]);
            markup = tag < 0 ? [] : TakeTag(text, markup[tag..]);
        }

        return text.ToString();
    }

    /// <summary>The decoded value of an attribute in a tag such as <c>&lt;member name="..."&gt;</c>, or null.</summary>
    public static string? AttributeOf(ReadOnlySpan<char> tag, string attribute)
    {
        while (TryTakeAttribute(ref tag, out var name, out var value))
        {
            if (name.Equals(attribute, StringComparison.Ordinal))
            {
                return WebUtility.HtmlDecode(value.ToString());
            }
        }

        return null;
    }

    /// <summary>How long the tag at the start of this markup is with its brackets, or 0 if there is none.</summary>
    public static int TagLength(ReadOnlySpan<char> markup)
    {
        if (markup.Length < 3 || markup[0] != '<' || !(char.IsAsciiLetter(markup[1]) || markup[1] == '/'))
        {
            return 0;
        }

        var quote = '\0';
        for (var at = 1; at < markup.Length && markup[at] != '<'; at++)
        {
            switch (markup[at])
            {
                case '>' when quote == '\0':
                    return at + 1;
                case '"' or '\'' when quote == '\0':
                    quote = markup[at];
                    break;
                case var character when character == quote:
                    quote = '\0';
                    break;
            }
        }

        return 0;
    }

    /// <summary>Deals with what begins at a <c>&lt;</c> and returns what follows it.</summary>
    private static ReadOnlySpan<char> TakeTag(StringBuilder text, ReadOnlySpan<char> markup)
    {
        if (markup.StartsWith("<!--"))
        {
            return After(markup, "-->");
        }

        if (markup.StartsWith("<![CDATA["))
        {
            var rest = After(markup, "]]>");
            var content = markup["<![CDATA[".Length..(markup.Length - rest.Length)];
            text.Append(content.EndsWith("]]>") ? content[..^"]]>".Length] : content);
            return rest;
        }

        if (markup.StartsWith("<!") || markup.StartsWith("<?"))
        {
            return After(markup, ">");
        }

        var length = TagLength(markup);
        if (length == 0)
        {
            text.Append('<');
            return markup[1..];
        }

        var tag = markup[..length];
        var after = markup[length..];
        text.Append(' ');
        AppendAttributes(text, tag);
        return IsOpening(tag, "script") ? After(after, "</script>")
            : IsOpening(tag, "style") ? After(after, "</style>")
            : after;
    }

    private static void AppendAttributes(StringBuilder text, ReadOnlySpan<char> tag)
    {
        while (TryTakeAttribute(ref tag, out var name, out var value))
        {
            foreach (var readable in ReadableAttributes)
            {
                if (name.Equals(readable, StringComparison.Ordinal))
                {
                    // The letter of "T:System.String" tells a compiler, not a reader, that this is a type.
                    var isPrefixed = readable == "cref" && value.Length > 2 && value[1] == ':';
                    AppendDecoded(text, isPrefixed ? value[2..] : value);
                    text.Append(' ');
                }
            }
        }
    }

    private static bool TryTakeAttribute(ref ReadOnlySpan<char> tag, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        name = value = [];
        var open = tag.IndexOfAny('"', '\'');
        var length = open < 0 ? -1 : tag[(open + 1)..].IndexOf(tag[open]);
        if (length < 0)
        {
            return false;
        }

        name = tag[..open].TrimEnd(" \t\r\n=");
        name = name[(name.LastIndexOfAny(" \t\r\n") + 1)..];
        value = tag.Slice(open + 1, length);
        tag = tag[(open + length + 2)..];
        return true;
    }

    private static void AppendDecoded(StringBuilder text, ReadOnlySpan<char> encoded)
    {
        if (encoded.Contains('&'))
        {
            text.Append(WebUtility.HtmlDecode(encoded.ToString()));
        }
        else
        {
            text.Append(encoded);
        }
    }

    private static bool IsOpening(ReadOnlySpan<char> tag, string name) =>
        tag[1..].StartsWith(name, StringComparison.OrdinalIgnoreCase)
        && !char.IsAsciiLetterOrDigit(tag[1 + name.Length])
        && tag[^2] != '/';

    private static ReadOnlySpan<char> After(ReadOnlySpan<char> markup, string end) =>
        markup.IndexOf(end, StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? markup[(at + end.Length)..] : [];
}
