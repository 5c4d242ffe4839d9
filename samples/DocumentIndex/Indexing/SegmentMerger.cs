using System.Text;

namespace DocumentIndex;

/// <summary>Puts the segments of shards together.</summary>
public static class SegmentMerger
{
    /// <summary>The segment of all documents of the parts: byte for byte what indexing them in one go gives.</summary>
    /// <param name="parts">In the order of their shards.</param>
    /// <exception cref="ArgumentException">The parts overlap or are out of order.</exception>
    /// <exception cref="InvalidDataException">A part's postings can't be read; see <see cref="PostingReader.MoveNext"/>.</exception>
    public static byte[] Merge(IEnumerable<Segment> parts)
    {
        var writer = new SegmentWriter();
        Span<char> chars = stackalloc char[Segment.MaxTermBytes];
        foreach (var part in parts)
        {
            var first = writer.DocumentCount;
            foreach (var row in part.Documents)
            {
                writer.AddRow(row);
            }

            for (var term = 0; term < part.TermCount; term++)
            {
                var length = Encoding.UTF8.GetChars(part.TermAt(term), chars);
                var postings = part.PostingsOf(term);
                while (postings.MoveNext())
                {
                    writer.AddPosting(chars[..length], first + postings.Document, postings.Positions);
                }
            }
        }

        return writer.ToArray();
    }
}
