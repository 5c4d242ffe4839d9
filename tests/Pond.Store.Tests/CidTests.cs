using System.Globalization;
using Pond.Testing;

namespace Pond.Store.Tests;

public sealed class CidTests
{
    [Fact]
    public void Every_vector_is_read_and_written_as_text_and_in_binary()
    {
        foreach (var vector in IpfsVectors.Section("cid").GetProperty("ok").EnumerateArray())
        {
            var cid = Cid.Parse(vector.Text("s"));
            var binary = vector.Bytes("binary_hex");

            Assert.Equal(vector.Number("version"), cid.Version);
            Assert.Equal(HexNumber(vector.Text("codec")), cid.Codec);
            Assert.Equal(HexNumber(vector.Text("mh_code")), cid.Hash.Code);
            Assert.Equal(vector.Bytes("digest_hex"), cid.Hash.Digest.ToArray());
            Assert.Equal(vector.Text("canonical"), cid.ToString());
            Assert.Equal(vector.Text("v1_base32"), cid.ToV1().ToString());
            Assert.Equal(vector.Text("v1_base36"), cid.ToV1().ToString(MultibaseEncoding.Base36));
            Assert.Equal(binary, cid.ToArray());
            Assert.True(Cid.TryReadExactly(binary, out var read));
            Assert.Equal(cid, read);
            Assert.Equal(cid.GetHashCode(), read.GetHashCode());
            Assert.False(Cid.TryReadExactly([.. binary, 0], out _));
            Assert.Equal(vector.TextOrNull("v0"), cid.TryToV0(out var old) ? old.ToString() : null);
        }
    }

    [Fact]
    public void Texts_that_are_no_cid_are_refused()
    {
        foreach (var vector in IpfsVectors.Section("cid").GetProperty("reject").EnumerateArray())
        {
            Assert.False(Cid.TryParse(vector.Text("s"), out var cid), vector.Text("why"));
            Assert.True(cid.IsDefault);
            Assert.Throws<FormatException>(() => Cid.Parse(vector.Text("s")));
        }
    }

    [Fact]
    public void Version_0_exists_for_dag_pb_with_sha2_256_only()
    {
        var hash = Multihash.Sha256([1, 2, 3]);

        Assert.True(Cid.V1(Multicodec.DagPb, hash).TryToV0(out var old));
        Assert.Equal(Cid.V0(hash), old);
        Assert.NotEqual(old, old.ToV1());
        Assert.False(Cid.V1(Multicodec.Raw, hash).TryToV0(out _));
        Assert.Throws<ArgumentException>(() => Cid.V0(Multihash.Identity([1])));
    }

    private static ulong HexNumber(string text) => ulong.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
