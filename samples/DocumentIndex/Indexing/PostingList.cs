using System.Buffers;

namespace DocumentIndex;

/// <summary>The postings of one term while a segment is made, in the form that <see cref="Segment"/> describes.</summary>
/// <param name="number">Tells the lists of a writer apart.</param>
internal sealed class PostingList(int number)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(initialCapacity: 8);
    private int _lastDocument = -1;

    internal int Number => number;

    internal ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    internal void Add(int document, ReadOnlySpan<int> positions)
    {
        Varint.Write(_bytes, (2 * (document - _lastDocument - 1)) + (positions.Length > 1 ? 1 : 0));
        _lastDocument = document;
        if (positions.Length > 1)
        {
            Varint.Write(_bytes, positions.Length - 2);
        }

        var last = -1;
        foreach (var position in positions)
        {
            Varint.Write(_bytes, position - last - 1);
            last = position;
        }
    }
}
