using System.Text;
using FsCheck;
using FsCheck.Fluent;
using static Pond.Testing.ByteText;

namespace DocumentIndex.Tests.Indexing;

public sealed class SegmentTests
{
    private static readonly byte[] Sample = SampleSegment();

    [Fact]
    public void A_segment_has_the_bytes_that_its_description_says()
    {
        var writer = new SegmentWriter();
        writer.Add(new Document("a.md", "tide", "a.md", 0, 4));
        writer.Add(new Document("M:Tide", "m tide, TIDE", "b.xml", 300, 40));

        Assert.Equal(
            Hex(
                """
                506f6e64496478 01
                02000000 04000000 20000000 08000000 0f000000
                04 612e6d64 00    04 00           00   03 02 01
                05 622e786d6c 00  00 06 4d3a54696465 ac02 27 02 03
                01000000 02000000  02000000 06000000  04000000 08000000  08000000 0f000000
                61 6d 6d64 74696465
                00 00   03 00 00 01   00 01   00 02  01 01 01 01 00
                """),
            writer.ToArray());
    }

    [Fact]
    public void Terms_are_found_with_their_documents_and_positions()
    {
        var writer = new SegmentWriter();
        writer.Add(new Document("one", "tide and tide", "a", 0, 1));
        writer.Add(new Document("two", "ebb", "b", 0, 1));
        writer.Add(new Document("three", "a tide", "c", 0, 1));
        var segment = Segment.Open(writer.ToArray());

        var postings = segment.PostingsOf(segment.Find("tide"u8));

        Assert.True(postings.MoveNext());
        Assert.Equal(0, postings.Document);
        Assert.Equal([1, 3], postings.Positions.ToArray());
        Assert.True(postings.MoveNext());
        Assert.Equal(2, postings.Document);
        Assert.Equal([2], postings.Positions.ToArray());
        Assert.False(postings.MoveNext());
        Assert.Equal(-1, segment.Find("tid"u8));
        Assert.Equal(-1, segment.Find("zebra"u8));
    }

    [Fact]
    public void A_segment_without_documents_or_without_terms_is_one()
    {
        Assert.Empty(Segment.Open(new SegmentWriter().ToArray()).Documents);

        var writer = new SegmentWriter();
        writer.Add(new Document("-", "...", "-", 0, 3));
        Assert.Equal(0, Segment.Open(writer.ToArray()).TermCount);
        Assert.Equal(writer.ToArray(), Rewritten(writer.ToArray()));
    }

    [Fact]
    public void A_stream_is_read_from_where_it_stands()
    {
        using var stream = new MemoryStream([1, 2, .. Sample]) { Position = 2 };

        Assert.Equal(Segment.Open(Sample).Documents, Segment.Open(stream).Documents);
    }

    [Fact]
    public void Documents_must_be_added_in_the_order_of_their_places()
    {
        var writer = new SegmentWriter();
        writer.Add(new Document("x", "", "b", 10, 5));

        Assert.Throws<ArgumentException>(() => writer.Add(new Document("x", "", "b", 14, 5)));
        Assert.Throws<ArgumentException>(() => writer.Add(new Document("x", "", "a", 20, 5)));
        writer.Add(new Document("x", "", "b", 15, 5));
    }

    [Fact]
    public void Every_flipped_bit_is_refused_or_makes_another_segment_in_its_one_form()
    {
        for (var bit = 0; bit < Sample.Length * 8; bit++)
        {
            var bytes = Sample.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefusedOrCanonical(bytes);
        }
    }

    [Fact]
    public void Every_truncated_or_extended_segment_is_refused()
    {
        for (var length = 0; length < Sample.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Segment.Open(Sample.AsMemory(0, length)));
        }

        Assert.Throws<InvalidDataException>(() => Segment.Open((byte[])[.. Sample, 0]));
    }

    [Fact]
    public void Any_bytes_behind_an_honest_header_are_refused_or_canonical()
    {
        var changes = Gen.Choose(8, Sample.Length - 1).Zip(Gen.Choose(0, 255)).NonEmptyListOf();
        Prop.ForAll(changes.ToArbitrary(), list =>
        {
            var bytes = Sample.ToArray();
            foreach (var (at, value) in list)
            {
                bytes[at] = (byte)value;
            }

            AssertRefusedOrCanonical(bytes);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_table_that_claims_too_much_is_refused_before_memory_is_taken_for_it()
    {
        var writer = new SegmentWriter();
        writer.Add(new Document("a", "b", "a", 0, 1));
        var bytes = writer.ToArray();
        var lastOfTable = 28 + bytes[16] - 1; // How many tokens the text has.
        Assert.Equal(1, bytes[lastOfTable]);
        bytes[lastOfTable] = 127;

        var refusal = Assert.Throws<InvalidDataException>(() => ForwardIndex.Of(Segment.Open(bytes)));
        Assert.Equal("4 bytes can't hold the 128 tokens that its table claims", refusal.Message);
        Assert.Throws<InvalidDataException>(() => Segment.Open(Sample, maxDocuments: 2));
    }

    private static byte[] SampleSegment()
    {
        var writer = new SegmentWriter();
        writer.Add(new Document("a.md", "The tide comes, and the tide goes.", "a.md", 0, 40));
        writer.Add(new Document("M:Tide.Come", "The tide comes.", "b.xml", 300, 40));
        writer.Add(new Document("M:Tide.Go", "It goes with the tide: ebb.", "b.xml", 350, 50));
        return writer.ToArray();
    }

    private static void AssertRefusedOrCanonical(byte[] bytes)
    {
        byte[] rewritten;
        try
        {
            rewritten = Rewritten(bytes);
        }
        catch (InvalidDataException)
        {
            return;
        }

        Assert.Equal(bytes, rewritten);
    }

    private static byte[] Rewritten(byte[] bytes)
    {
        var segment = Segment.Open(bytes);
        var index = ForwardIndex.Of(segment);
        var writer = new SegmentWriter();
        for (var document = 0; document < segment.Documents.Count; document++)
        {
            writer.Add(
                segment.Documents[document],
                [.. index.TermsOf(document).ToArray().Select(term => Encoding.UTF8.GetString(segment.TermAt(term)))]);
        }

        return writer.ToArray();
    }
}
