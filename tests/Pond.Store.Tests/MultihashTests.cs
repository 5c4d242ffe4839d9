using System.Text;
using Pond.Testing;

namespace Pond.Store.Tests;

public sealed class MultihashTests
{
    [Fact]
    public void Every_vector_is_read_and_verified_where_its_function_is_known()
    {
        foreach (var vector in IpfsVectors.Section("multihash").GetProperty("cases").EnumerateArray())
        {
            var data = Encoding.UTF8.GetBytes(vector.Text("text"));
            Assert.True(Multihash.TryReadExactly(vector.Bytes("multihash_hex"), out var hash), vector.Text("name"));

            Assert.Equal(vector.Bytes("digest_hex"), hash.Digest.ToArray());
            Assert.Equal(vector.Text("b58"), hash.ToString());
            Assert.Equal(vector.Text("cidv1_raw"), Cid.V1(Multicodec.Raw, hash).ToString());
            Assert.Equal(vector.Text("name") is "identity" or "sha2-256" or "sha2-512", hash.IsVerifiable);
            Assert.Equal(hash.IsVerifiable, hash.Matches(data));
            Assert.False(hash.Matches([.. data, 0]));
        }
    }

    [Fact]
    public void Hashes_that_contradict_themselves_are_refused()
    {
        foreach (var vector in IpfsVectors.Section("multihash").GetProperty("reject").EnumerateArray())
        {
            Assert.False(Multihash.TryReadExactly(vector.Bytes("hex"), out _), vector.Text("why"));
        }
    }

    [Fact]
    public void An_identity_holds_128_bytes_and_not_one_more()
    {
        Assert.Equal(128, Multihash.Identity(new byte[128]).Digest.Length);
        Assert.Throws<ArgumentException>(() => Multihash.Identity(new byte[129]));
    }

    [Fact]
    public void The_default_value_is_no_hash_and_matches_nothing()
    {
        Assert.True(default(Multihash).IsDefault);
        Assert.False(default(Multihash).Matches([]));
        Assert.NotEqual(default, Multihash.Identity([]));
        Assert.Equal("", default(Multihash).ToString());
    }
}
