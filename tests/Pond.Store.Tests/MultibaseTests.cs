using FsCheck;
using FsCheck.Fluent;
using Pond.Testing;

namespace Pond.Store.Tests;

public sealed class MultibaseTests
{
    [Fact]
    public void Every_vector_of_a_known_base_is_written_and_read()
    {
        var names = Enum.GetValues<MultibaseEncoding>()
            .Where(encoding => encoding != MultibaseEncoding.None)
            .ToDictionary(encoding => encoding.ToString(), StringComparer.OrdinalIgnoreCase);
        foreach (var vector in IpfsVectors.Section("multibase").GetProperty("cases").EnumerateArray())
        {
            var bytes = vector.Bytes("bytes_hex");
            var texts = vector.GetProperty("enc").EnumerateObject().Where(text => names.ContainsKey(text.Name)).ToList();
            Assert.Equal(names.Count, texts.Count);
            foreach (var text in texts)
            {
                Assert.Equal(text.Value.GetString(), Multibase.Encode(names[text.Name], bytes));
                Assert.True(Multibase.TryDecode(text.Value.GetString(), out var decoded), text.Name);
                Assert.Equal(bytes, decoded);
            }
        }
    }

    [Fact]
    public void Texts_at_the_edge_are_taken_or_refused_as_the_vectors_want()
    {
        foreach (var vector in IpfsVectors.Section("multibase").GetProperty("edge").EnumerateArray())
        {
            var isWanted = vector.Text("want").StartsWith("accept", StringComparison.Ordinal);

            Assert.True(isWanted == Multibase.TryDecode(vector.Text("s"), out var bytes), $"'{vector.Text("s")}': {vector.Text("why")}");
            if (isWanted)
            {
                Assert.Equal(vector.Bytes("bytes_hex"), bytes);
            }
        }
    }

    [Fact]
    public void Reading_undoes_writing_in_every_base() =>
        Prop.ForAll<byte[]>(bytes => Enum.GetValues<MultibaseEncoding>()
            .Where(encoding => encoding != MultibaseEncoding.None)
            .All(encoding => Multibase.TryDecode(Multibase.Encode(encoding, bytes), out var read) && bytes.SequenceEqual(read)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_text_of_absurd_length_is_refused_before_it_is_read() =>
        Assert.False(Multibase.TryDecode("z" + new string('2', 100_000), out _));
}
