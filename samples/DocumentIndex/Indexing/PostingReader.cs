namespace DocumentIndex;

/// <summary>Walks through the documents that hold a term.</summary>
public ref struct PostingReader
{
    private readonly IReadOnlyList<DocumentRow> _documents;
    private ReadOnlySpan<byte> _rest;
    private int[] _positions;
    private int _count;

    internal PostingReader(ReadOnlySpan<byte> postings, IReadOnlyList<DocumentRow> documents)
    {
        _rest = postings;
        _documents = documents;
        _positions = new int[4];
        Document = -1;
    }

    /// <summary>The current document.</summary>
    public int Document { get; private set; }

    /// <summary>Where in the document the term stands, ascending and at least one; valid until the next <see cref="MoveNext"/>.</summary>
    public readonly ReadOnlySpan<int> Positions => _positions.AsSpan(0, _count);

    /// <summary>Goes to the next document; false after the last one.</summary>
    /// <exception cref="InvalidDataException">The postings are not the one form of any; the message says why.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var head = Varint.Take(ref _rest);
        var document = Document + 1L + (head >> 1);
        var count = (head & 1) == 0 ? 1 : 2L + Varint.Take(ref _rest);
        if (document >= _documents.Count || count > _rest.Length)
        {
            throw new InvalidDataException($"a posting names document {document} of {_documents.Count}, {count} times");
        }

        Document = (int)document;
        _count = (int)count;
        if (_count > _positions.Length)
        {
            _positions = new int[_count];
        }

        var (position, tokens) = (-1L, _documents[Document].Tokens);
        for (var index = 0; index < _count; index++)
        {
            position += 1L + Varint.Take(ref _rest);
            if (position >= tokens)
            {
                throw new InvalidDataException($"a posting names position {position} of document {Document}, which has {tokens} tokens");
            }

            _positions[index] = (int)position;
        }

        return true;
    }
}
