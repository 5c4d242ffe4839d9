using Pond.Primitives;
using Pond.Testing;

namespace Pond.Store.Tests;

public sealed class BlockTests
{
    [Fact]
    public void A_block_has_two_mebibytes_at_most()
    {
        foreach (var vector in IpfsVectors.Section("oversized").GetProperty("cases").EnumerateArray())
        {
            var data = new byte[vector.Number("length")];
            var cid = Cid.Parse(vector.Text("cid"));
            if (data.Length <= Block.MaxSizeBytes)
            {
                Assert.Equal(cid, Block.Create(cidVersion: 1, Multicodec.Raw, data).Cid);
                Assert.Equal(data.Length, Block.Verify(cid, data).Data.Length);
                continue;
            }

            Assert.Throws<ArgumentException>(() => Block.Create(cidVersion: 1, Multicodec.Raw, data));
            Assert.Equal("block-too-large", Assert.Throws<PondException>(() => Block.Verify(cid, data)).Code);
        }
    }

    [Fact]
    public void Bytes_that_do_not_hash_to_the_cid_are_refused()
    {
        var block = Block.Create(cidVersion: 1, Multicodec.Raw, new byte[] { 1, 2, 3 });

        Assert.Equal("block-mismatch", Assert.Throws<PondException>(() => Block.Verify(block.Cid, new byte[] { 1, 2, 4 })).Code);
    }

    [Fact]
    public void A_hash_function_that_is_not_known_proves_nothing()
    {
        // Code 0x1e is blake3.
        Assert.True(Multihash.TryReadExactly([0x1E, 32, .. new byte[32]], out var hash));

        var failure = Assert.Throws<PondException>(() => Block.Verify(Cid.V1(Multicodec.Raw, hash), new byte[3]));

        Assert.Equal("hash-unsupported", failure.Code);
    }

    [Fact]
    public void A_store_keeps_a_block_once_whatever_cid_it_came_under()
    {
        var store = new MemoryBlockStore();
        var old = Block.Create(cidVersion: 0, Multicodec.DagPb, ByteText.Hex("0a020801"));
        store.Put(old);
        store.Put(Block.Create(cidVersion: 1, Multicodec.Raw, old.Data));

        Assert.Equal(1, store.Count);
        Assert.Equal(old.Data.ToArray(), store.Read(old.Cid.ToV1()).ToArray());
        Assert.True(store.Delete(old.Cid.Hash));
        Assert.False(store.Has(old.Cid.Hash));
        Assert.Equal("block-missing", Assert.Throws<PondException>(() => store.Read(old.Cid)).Code);
    }

    [Fact]
    public void A_cid_that_holds_its_data_is_read_from_any_store_and_kept_by_none()
    {
        var store = new MemoryBlockStore();
        var cid = Cid.Parse("bafkqaddimvwgy3zao5xxe3debi");
        store.Put(Block.Verify(cid, "hello world\n"u8.ToArray()));

        Assert.Equal(0, store.Count);
        Assert.Equal("hello world\n"u8.ToArray(), store.Read(cid).ToArray());
    }
}
