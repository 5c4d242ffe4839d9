using Pond.Store.Dag;
using Pond.Testing;

namespace Pond.Store.Tests.Dag;

public sealed class PbNodeTests
{
    private static readonly Cid Target = Cid.Parse("bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4");

    [Fact]
    public void Nodes_are_written_as_the_vectors_have_them()
    {
        var nodes = new Dictionary<string, PbNode>(StringComparer.Ordinal)
        {
            ["empty"] = new([], data: null),
            ["data-empty"] = new([], Array.Empty<byte>()),
            ["data"] = new([], "hi"u8.ToArray()),
            ["link-noname-tsize0"] = new([new(Target, "", 0)], data: null),
            ["link-named"] = new([new(Target, "a", 12)], new byte[] { 8, 1 }),
            ["tsize-big"] = new([new(Target, "x", (1UL << 53) - 1)], data: null),
        };
        var vectors = IpfsVectors.Section("dagpb").GetProperty("encode").EnumerateArray().ToList();
        foreach (var vector in vectors.Where(vector => nodes.ContainsKey(vector.Text("id"))))
        {
            Assert.Equal(vector.Text("hex"), Convert.ToHexStringLower(nodes[vector.Text("id")].Encode()));
        }

        // The one that is left has a test of its own.
        Assert.Equal(nodes.Count + 1, vectors.Count);
    }

    [Fact]
    public void Links_are_written_in_the_order_of_the_bytes_of_their_names()
    {
        var vector = IpfsVectors.Section("dagpb").GetProperty("encode").EnumerateArray()
            .Single(vector => vector.Text("id") is "links-sorted-bytes");
        var sorted = PbNode.Parse(vector.Bytes("hex"));

        var shuffled = new PbNode([.. sorted.Links.Reverse()], sorted.Data);

        Assert.Equal(vector.Text("hex"), Convert.ToHexStringLower(shuffled.Encode()));
    }

    [Fact]
    public void Blocks_are_read_or_refused_as_the_vectors_want()
    {
        foreach (var vector in IpfsVectors.Section("dagpb").GetProperty("decode").EnumerateArray())
        {
            if (vector.Text("want") is "accept")
            {
                var node = PbNode.Parse(vector.Bytes("hex"));
                Assert.Equal(node.EncodedSize, node.Encode().Length);
                continue;
            }

            Assert.Throws<FormatException>(() => PbNode.Parse(vector.Bytes("hex")));
        }
    }

    [Fact]
    public void Reading_keeps_the_order_found()
    {
        var vector = IpfsVectors.Section("dagpb").GetProperty("decode").EnumerateArray()
            .Single(vector => vector.Text("why").StartsWith("links not sorted", StringComparison.Ordinal));

        Assert.Equal("ba", string.Concat(PbNode.Parse(vector.Bytes("hex")).Links.Select(link => link.Name)));
    }

    [Fact]
    public void Damaged_nodes_are_read_or_refused_but_never_crash_the_reader()
    {
        var node = new PbNode([new(Target, "name", 300), new(Target, "other", 5)], new byte[] { 8, 1 }).Encode();
        for (var position = 0; position < node.Length; position++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = node.ToArray();
                damaged[position] ^= (byte)(1 << bit);
                AssertReadsOrRefuses(damaged);
            }

            AssertReadsOrRefuses(node[..position]);
        }

        static void AssertReadsOrRefuses(byte[] bytes)
        {
            try
            {
                var read = PbNode.Parse(bytes);
                Assert.True(read.EncodedSize >= 0);
            }
            catch (FormatException)
            {
                // The only way to refuse.
            }
        }
    }
}
