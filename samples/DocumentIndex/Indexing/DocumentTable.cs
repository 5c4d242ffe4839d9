using System.Buffers;
using System.Text;

namespace DocumentIndex;

/// <summary>The table of documents in a segment; the layout is described at <see cref="Segment"/>.</summary>
internal static class DocumentTable
{
    internal static void Write(IBufferWriter<byte> output, List<DocumentRow> rows)
    {
        for (var first = 0; first < rows.Count;)
        {
            var path = rows[first].Path;
            var next = rows.FindIndex(first, row => row.Path != path) is >= 0 and var other ? other : rows.Count;
            var title = Encoding.UTF8.GetBytes(path);
            Varint.WriteText(output, title);
            Varint.Write(output, next - first - 1);
            for (var end = 0; first < next; first++)
            {
                var row = rows[first];
                var previous = title;
                title = Encoding.UTF8.GetBytes(row.Title);
                var shared = title.AsSpan().CommonPrefixLength(previous);
                Varint.Write(output, shared);
                Varint.WriteText(output, title.AsSpan(shared));
                Varint.Write(output, row.Offset - end);
                Varint.Write(output, row.Length - 1);
                Varint.Write(output, row.TitleTokens);
                Varint.Write(output, row.Tokens - row.TitleTokens);
                end = row.Offset + row.Length;
            }
        }
    }

    /// <summary>Reads the table, believing nothing in it.</summary>
    /// <exception cref="InvalidDataException">The bytes are not the one encoding of that many rows.</exception>
    internal static List<DocumentRow> Read(ReadOnlySpan<byte> bytes, int count)
    {
        var rows = new List<DocumentRow>(); // Without a capacity: the count is a stranger's.
        while (rows.Count < count)
        {
            var title = Varint.TakeText(ref bytes).ToArray();
            var path = Varint.Decode(title);
            if (title.Length > CorpusFile.MaxPathBytes || (rows.Count > 0 && string.CompareOrdinal(rows[^1].Path, path) >= 0))
            {
                throw new InvalidDataException($"the path after document {rows.Count} is too long or out of order");
            }

            var last = (long)rows.Count + Varint.Take(ref bytes);
            if (last >= count)
            {
                throw new InvalidDataException($"'{path}' has more documents than the segment");
            }

            for (var end = 0; rows.Count <= last;)
            {
                var row = ReadRow(ref bytes, path, ref title, end);
                end = row.Offset + row.Length;
                rows.Add(row);
            }
        }

        return bytes.IsEmpty ? rows : throw new InvalidDataException("bytes follow the last document");
    }

    private static DocumentRow ReadRow(ref ReadOnlySpan<byte> bytes, string path, ref byte[] title, int end)
    {
        var shared = Varint.Take(ref bytes);
        var suffix = Varint.TakeText(ref bytes);
        var previous = title;
        if (shared > previous.Length || shared + (long)suffix.Length > DocumentRow.MaxTitleBytes)
        {
            throw new InvalidDataException($"a title in '{path}' is too long");
        }

        title = [.. previous.AsSpan(0, shared), .. suffix];
        var offset = end + (long)Varint.Take(ref bytes);
        var length = 1 + (long)Varint.Take(ref bytes);
        var titleTokens = Varint.Take(ref bytes);
        var tokens = titleTokens + (long)Varint.Take(ref bytes);
        if (title.AsSpan().CommonPrefixLength(previous) != shared || offset + length > CorpusFile.MaxSizeBytes || tokens > int.MaxValue)
        {
            throw new InvalidDataException($"a row of '{path}' has idle bytes or lies outside every file");
        }

        return new(Varint.Decode(title), path, (int)offset, (int)length, titleTokens, (int)tokens);
    }
}
