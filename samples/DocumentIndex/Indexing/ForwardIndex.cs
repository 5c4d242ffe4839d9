namespace DocumentIndex;

/// <summary>A segment turned back: for each document its terms in their order.</summary>
/// <remarks>
/// Making one proves the postings: they are well-formed, and each position of each document is held by just one term. So
/// a segment that has one is the only form of its documents.
/// </remarks>
public sealed class ForwardIndex
{
    private const int Unheld = -1;

    private readonly int[] _starts;
    private readonly int[] _terms;

    private ForwardIndex(int[] starts, int[] terms)
    {
        _starts = starts;
        _terms = terms;
    }

    /// <summary>Reads all postings once.</summary>
    /// <exception cref="InvalidDataException">They are not those of any documents; the message says why.</exception>
    public static ForwardIndex Of(Segment segment)
    {
        // A token takes a byte at least, which bounds what a stranger's table can make us allocate.
        var tokens = segment.Documents.Sum(row => (long)row.Tokens);
        if (tokens > segment.PostingBytes)
        {
            throw new InvalidDataException($"{segment.PostingBytes} bytes can't hold the {tokens} tokens that its table claims");
        }

        var starts = new int[segment.Documents.Count + 1];
        for (var document = 0; document < segment.Documents.Count; document++)
        {
            starts[document + 1] = starts[document] + segment.Documents[document].Tokens;
        }

        var terms = new int[tokens];
        Array.Fill(terms, Unheld);
        for (var term = 0; term < segment.TermCount; term++)
        {
            var postings = segment.PostingsOf(term);
            while (postings.MoveNext())
            {
                foreach (var position in postings.Positions)
                {
                    ref var held = ref terms[starts[postings.Document] + position];
                    held = held is Unheld ? term : throw Fault(segment, postings.Document, position, "two terms");
                }
            }
        }

        var gap = Array.IndexOf(terms, Unheld);
        if (gap >= 0)
        {
            var document = Array.FindLastIndex(starts, start => start <= gap);
            throw Fault(segment, document, gap - starts[document], "no term");
        }

        return new(starts, terms);
    }

    /// <summary>The numbers of the document's terms in the segment, by position.</summary>
    public ReadOnlySpan<int> TermsOf(int document) => _terms.AsSpan(_starts[document].._starts[document + 1]);

    private static InvalidDataException Fault(Segment segment, int document, int position, string held) =>
        new($"position {position} of '{segment.Documents[document].Title}' has {held}");
}
