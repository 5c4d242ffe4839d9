using System.Buffers.Binary;

namespace DocumentIndex;

/// <summary>
/// An inverted index in its one binary form: what a node submits for a shard, and what all shards merge into. Equal
/// documents give equal bytes; nothing in it tells who made it or when.
/// </summary>
/// <remarks>
/// <code>
/// magic          8 bytes: "PondIdx" and the version, 1
/// sizes          5 words: documents, terms, bytes of the document table, bytes of all terms, bytes of all postings
/// document table per file: path as text, documents - 1; per document of the file:
///                bytes shared with the title before (with the path for the first), the rest of the title as text,
///                offset - end of the document before, length - 1, title tokens, other tokens
/// dictionary     per term 2 words: where its text ends and where its postings end in the next two parts
/// terms          their UTF-8, in ascending order of bytes
/// postings       per term and document, ascending: 2 * (document - one before - 1) + (positions > 1 ? 1 : 0),
///                positions - 2 if more than one, then each position - one before - 1
/// </code>
/// A word is a little-endian unsigned 32-bit number, every other number a varint, a text a varint and its UTF-8; "one
/// before" starts at -1. Each position of each document from 0 to its tokens - 1 is held by one term.
/// </remarks>
public sealed class Segment
{
    internal const int WordBytes = sizeof(uint);
    internal const int EntryBytes = 2 * WordBytes;
    internal const int HeaderBytes = 8 + (5 * WordBytes);

    /// <summary>A UTF-16 unit takes three bytes of UTF-8 at most.</summary>
    internal const int MaxTermBytes = Tokenizer.MaxTermLength * 3;

    private readonly ReadOnlyMemory<byte> _dictionary;
    private readonly ReadOnlyMemory<byte> _terms;
    private readonly ReadOnlyMemory<byte> _postings;

    private Segment(List<DocumentRow> documents, ReadOnlyMemory<byte> dictionary, ReadOnlyMemory<byte> terms, ReadOnlyMemory<byte> postings)
    {
        (Documents, _dictionary, _terms, _postings) = (documents, dictionary, terms, postings);
        CheckDictionary();
    }

    /// <summary>The documents, in the order of files and offsets.</summary>
    public IReadOnlyList<DocumentRow> Documents { get; }

    /// <summary>How many terms occur in them.</summary>
    public int TermCount => _dictionary.Length / EntryBytes;

    internal int PostingBytes => _postings.Length;

    internal static ReadOnlySpan<byte> Magic => "PondIdx\u0001"u8;

    /// <summary>Reads sizes, documents and dictionary, and checks them; postings are checked as they are read.</summary>
    /// <param name="bytes">The segment; they are used, not copied.</param>
    /// <param name="maxDocuments">How many documents a segment from a stranger may have; it bounds the memory this takes.</param>
    /// <remarks>To be sure of the postings too, make a <see cref="ForwardIndex"/>.</remarks>
    /// <exception cref="InvalidDataException">The bytes are no segment, or not the one form of it. The message says why.</exception>
    public static Segment Open(ReadOnlyMemory<byte> bytes, int maxDocuments = int.MaxValue)
    {
        if (bytes.Length < HeaderBytes || !bytes.Span.StartsWith(Magic))
        {
            throw new InvalidDataException("it does not begin like a segment of version 1");
        }

        Span<long> sizes = stackalloc long[5];
        for (var index = 0; index < sizes.Length; index++)
        {
            sizes[index] = Word(bytes.Span, (8 / WordBytes) + index);
        }

        var (documents, table, dictionary, terms, postings) = (sizes[0], sizes[2], sizes[1] * EntryBytes, sizes[3], sizes[4]);
        if (HeaderBytes + table + dictionary + terms + postings != bytes.Length || documents > maxDocuments)
        {
            throw new InvalidDataException($"its sizes are wrong: {bytes.Length} bytes for {documents} documents");
        }

        var rest = bytes[(HeaderBytes + (int)table)..];
        return new(
            DocumentTable.Read(bytes.Span.Slice(HeaderBytes, (int)table), (int)documents),
            rest[..(int)dictionary],
            rest.Slice((int)dictionary, (int)terms),
            rest[(int)(dictionary + terms)..]);
    }

    /// <summary>Reads a segment from a stream, from where it stands to its end.</summary>
    /// <inheritdoc cref="Open(ReadOnlyMemory{byte}, int)" path="/exception"/>
    public static Segment Open(Stream stream)
    {
        var length = stream.Length - stream.Position;
        if (length > Array.MaxLength)
        {
            throw new InvalidDataException($"it has {length} bytes, more than one process reads");
        }

        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return Open(bytes);
    }

    /// <summary>The UTF-8 of the term with that number; the numbers follow the order of the bytes.</summary>
    public ReadOnlySpan<byte> TermAt(int term) => _terms.Span[Start(2 * term)..End(2 * term)];

    /// <summary>Who holds that term, and where.</summary>
    public PostingReader PostingsOf(int term) => new(_postings.Span[Start((2 * term) + 1)..End((2 * term) + 1)], Documents);

    /// <summary>The number of a term in UTF-8, or -1 if no document has it.</summary>
    public int Find(ReadOnlySpan<byte> term)
    {
        var (low, high) = (0, TermCount - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            switch (TermAt(middle).SequenceCompareTo(term))
            {
                case 0:
                    return middle;
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return -1;
    }

    private static uint Word(ReadOnlySpan<byte> words, int index) =>
        BinaryPrimitives.ReadUInt32LittleEndian(words[(index * WordBytes)..]);

    private int End(int word) => (int)Word(_dictionary.Span, word);

    private int Start(int word) => word < 2 ? 0 : End(word - 2);

    private void CheckDictionary()
    {
        var (textEnd, postingsEnd) = (0L, 0L);
        for (var term = 0; term < TermCount; term++)
        {
            var (text, postings) = (Word(_dictionary.Span, 2 * term), Word(_dictionary.Span, (2 * term) + 1));
            if (text <= textEnd || text > _terms.Length || text - textEnd > MaxTermBytes
                || postings <= postingsEnd || postings > _postings.Length)
            {
                throw new InvalidDataException($"the dictionary's entry {term} is out of its bounds");
            }

            Varint.Decode(TermAt(term));
            if (term > 0 && TermAt(term - 1).SequenceCompareTo(TermAt(term)) >= 0)
            {
                throw new InvalidDataException($"term {term} does not sort behind the one before");
            }

            (textEnd, postingsEnd) = (text, postings);
        }

        if (textEnd != _terms.Length || postingsEnd != _postings.Length)
        {
            throw new InvalidDataException("bytes follow the last term");
        }
    }
}
