using System.Text;

namespace DocumentIndex;

/// <summary>Cuts text into terms: runs of letters or of digits, cut again at camelCase, in lower case.</summary>
/// <remarks>
/// <c>XmlReader.ReadAsync2</c> gives <c>xml reader read async 2</c>, <c>HTTPClient</c> gives <c>http client</c>. Nothing here
/// asks the culture, so all nodes of one .NET version (that is, one version of Unicode) cut alike.
/// </remarks>
public ref struct Tokenizer
{
    /// <summary>A term keeps this many UTF-16 units of a longer run, which is no word but encoded data.</summary>
    public const int MaxTermLength = 64;

    private readonly ReadOnlySpan<char> _text;
    private readonly char[] _term;
    private int _termLength;

    /// <summary>Starts before the first term.</summary>
    public Tokenizer(ReadOnlySpan<char> text)
    {
        _text = text;
        _term = new char[MaxTermLength];
    }

    private enum Kind
    {
        Other,
        Digit,
        Upper,
        Lower, // Also letters without case.
    }

    /// <summary>The current term; valid until the next <see cref="MoveNext"/>.</summary>
    public readonly ReadOnlySpan<char> Term => _term.AsSpan(0, _termLength);

    /// <summary>Where the current term begins in the text.</summary>
    public int Start { get; private set; }

    /// <summary>Where the text goes on after the current term.</summary>
    public int End { get; private set; }

    /// <summary>All terms of the text, in order.</summary>
    public static IReadOnlyList<string> Terms(ReadOnlySpan<char> text)
    {
        var terms = new List<string>();
        var tokenizer = new Tokenizer(text);
        while (tokenizer.MoveNext())
        {
            terms.Add(tokenizer.Term.ToString());
        }

        return terms;
    }

    /// <summary>Goes to the next term; false after the last one.</summary>
    public bool MoveNext()
    {
        Start = End;
        while (Start < _text.Length && KindAt(Start, out var width) is Kind.Other)
        {
            Start += width;
        }

        if (Start >= _text.Length)
        {
            End = Start;
            return false;
        }

        End = EndOfRun(Start);
        var length = Math.Min(End - Start, MaxTermLength);
        if (length < End - Start && char.IsHighSurrogate(_text[Start + length - 1]))
        {
            length--;
        }

        _termLength = _text.Slice(Start, length).ToLowerInvariant(_term);
        return true;
    }

    private readonly int EndOfRun(int start)
    {
        var kind = KindAt(start, out _);
        var end = Skip(start, kind);
        if (kind is not Kind.Upper)
        {
            return end;
        }

        // "Xml" is one run; in "XMLReader" the last capital begins the next one, but "URLs" is the plural of "URL".
        var lowerEnd = Skip(end, Kind.Lower);
        var isPlural = lowerEnd == end + 1 && _text[end] == 's';
        var hasOneCapital = Skip(start, kind, most: 1) == end;
        return lowerEnd == end || isPlural || hasOneCapital ? lowerEnd : end - (char.IsLowSurrogate(_text[end - 1]) ? 2 : 1);
    }

    private readonly int Skip(int at, Kind kind, int most = int.MaxValue)
    {
        while (most-- > 0 && at < _text.Length && KindAt(at, out var width) == kind)
        {
            at += width;
        }

        return at;
    }

    private readonly Kind KindAt(int at, out int width)
    {
        var character = _text[at];
        width = 1;
        if (char.IsAscii(character))
        {
            return char.IsAsciiLetterLower(character) ? Kind.Lower
                : char.IsAsciiLetterUpper(character) ? Kind.Upper
                : char.IsAsciiDigit(character) ? Kind.Digit
                : Kind.Other;
        }

        Rune.DecodeFromUtf16(_text[at..], out var rune, out width);
        return Rune.IsUpper(rune) ? Kind.Upper
            : Rune.IsLetter(rune) ? Kind.Lower
            : Rune.IsDigit(rune) ? Kind.Digit
            : Kind.Other;
    }
}
