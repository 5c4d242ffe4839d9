using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace DocumentIndex;

/// <summary>Makes a segment from documents. The same documents in the same order give the same bytes.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class SegmentWriter
{
    private readonly List<DocumentRow> _rows = [];
    private readonly Dictionary<string, PostingList> _lists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PostingList>.AlternateLookup<ReadOnlySpan<char>> _listsBySpan;
    private readonly List<PostingList> _listsByNumber = [];
    private readonly List<long> _tokens = []; // Of one document: the number of the term's list, then the position, in 32 bits each.
    private readonly List<int> _positions = [];

    /// <summary>Starts with no documents.</summary>
    public SegmentWriter() => _listsBySpan = _lists.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>How many documents it has.</summary>
    public int DocumentCount => _rows.Count;

    /// <summary>Adds a document; the tokens of its title come first.</summary>
    /// <exception cref="ArgumentException">It does not stand behind the one before: see <see cref="AddRow"/>.</exception>
    public void Add(Document document)
    {
        _tokens.Clear();
        Tokenize(document.Title);
        var titleTokens = _tokens.Count;
        Tokenize(document.Text);
        AddRow(new(document.Title, document.Path, document.Offset, document.Length, titleTokens, _tokens.Count));
        AddTokens();
    }

    /// <summary>Adds a document whose terms are known.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="terms">Its terms by position, as many as the row says.</param>
    /// <inheritdoc cref="Add(Document)" path="/exception"/>
    public void Add(DocumentRow row, IReadOnlyList<string> terms)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(terms.Count, row.Tokens, nameof(terms));
        AddRow(row);
        _tokens.Clear();
        foreach (var term in terms)
        {
            AddToken(term);
        }

        AddTokens();
    }

    /// <summary>The segment.</summary>
    public byte[] ToArray()
    {
        var lists = _lists.Select(list => (Term: Encoding.UTF8.GetBytes(list.Key), Postings: list.Value)).ToArray();
        Array.Sort(lists, (left, right) => left.Term.AsSpan().SequenceCompareTo(right.Term));
        var table = new ArrayBufferWriter<byte>();
        DocumentTable.Write(table, _rows);

        var output = new ArrayBufferWriter<byte>();
        output.Write(Segment.Magic);
        WriteWord(output, _rows.Count);
        WriteWord(output, lists.Length);
        WriteWord(output, table.WrittenCount);
        WriteWord(output, lists.Sum(list => (long)list.Term.Length));
        WriteWord(output, lists.Sum(list => (long)list.Postings.Bytes.Length));
        output.Write(table.WrittenSpan);
        var (textEnd, postingsEnd) = (0L, 0L);
        foreach (var (term, postings) in lists)
        {
            WriteWord(output, textEnd += term.Length);
            WriteWord(output, postingsEnd += postings.Bytes.Length);
        }

        foreach (var (term, _) in lists)
        {
            output.Write(term);
        }

        foreach (var (_, postings) in lists)
        {
            output.Write(postings.Bytes);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Adds a document whose postings follow with <see cref="AddPosting"/>.</summary>
    /// <exception cref="ArgumentException">It does not stand behind the one before, in its file or in a file that sorts behind.</exception>
    internal void AddRow(DocumentRow row)
    {
        var last = _rows.Count == 0 ? null : _rows[^1];
        var order = last is null ? -1 : string.CompareOrdinal(last.Path, row.Path);
        if (order > 0 || (order == 0 && row.Offset < last!.Offset + last.Length))
        {
            throw new ArgumentException($"'{row.Title}' stands before '{last!.Title}', which was added before it.", nameof(row));
        }

        _rows.Add(row);
    }

    /// <summary>Adds a term's positions in a document, ascending; documents must ascend for each term.</summary>
    internal void AddPosting(ReadOnlySpan<char> term, int document, ReadOnlySpan<int> positions) => ListOf(term).Add(document, positions);

    private static void WriteWord(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(Segment.WordBytes), checked((uint)value));
        output.Advance(Segment.WordBytes);
    }

    private PostingList ListOf(ReadOnlySpan<char> term)
    {
        if (!_listsBySpan.TryGetValue(term, out var list))
        {
            list = new(_lists.Count);
            _lists.Add(term.ToString(), list);
            _listsByNumber.Add(list);
        }

        return list;
    }

    private void Tokenize(string text)
    {
        var tokenizer = new Tokenizer(text);
        while (tokenizer.MoveNext())
        {
            AddToken(tokenizer.Term);
        }
    }

    private void AddToken(ReadOnlySpan<char> term) => _tokens.Add(((long)ListOf(term).Number << 32) | (uint)_tokens.Count);

    /// <summary>Gives the last row the tokens that were collected: those of one term together.</summary>
    private void AddTokens()
    {
        _tokens.Sort();
        for (var (first, next) = (0, 0); first < _tokens.Count; first = next)
        {
            var number = (int)(_tokens[first] >> 32);
            _positions.Clear();
            for (; next < _tokens.Count && (int)(_tokens[next] >> 32) == number; next++)
            {
                _positions.Add((int)(_tokens[next] & uint.MaxValue));
            }

            _listsByNumber[number].Add(_rows.Count - 1, CollectionsMarshal.AsSpan(_positions));
        }
    }
}
