using Pond.Primitives.Cryptography;
using Pond.Testing;

namespace Pond.Primitives.Tests.Cryptography;

/// <summary>Which signatures hold: the ledger's verification is the strict one of K2's validators, on every edge.</summary>
public sealed class Ed25519VectorTests
{
    private static readonly Keypair Alice = Keypair.FromSeed([.. Enumerable.Repeat((byte)7, 32)]);

    // The order of the base point, L, little-endian.
    private static readonly byte[] Order = ByteText.Hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

    // All encodings of the eight points of small order, the ones that are not canonical among them.
    private static readonly string[] SmallOrderPoints =
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];

    [Theory]
    [InlineData("edgeCases", 14)]
    [InlineData("knownValid", 7)]
    public void Signatures_hold_where_the_vectors_say_so(string section, int count)
    {
        using var document = VectorFile.Load("ed25519-vectors.json");
        var vectors = document.RootElement.GetProperty(section).EnumerateArray().ToArray();

        Assert.Equal(count, vectors.Length);
        Assert.All(vectors, vector => Assert.Equal(
            vector.GetProperty("holds").GetBoolean(),
            Ed25519.Verify(new Pubkey(vector.Bytes("publicKey")), vector.Bytes("message"), new Signature(vector.Bytes("signature")))));
    }

    [Fact]
    public void No_point_of_small_order_is_a_key_or_part_of_a_signature()
    {
        byte[][] scalars = [new byte[32], [1, .. new byte[31]], [8, .. new byte[31]], Order];
        foreach (var point in SmallOrderPoints.Select(ByteText.Hex))
        {
            foreach (var scalar in scalars)
            {
                Assert.All(SmallOrderPoints.Select(ByteText.Hex), key =>
                    Assert.False(Ed25519.Verify(new Pubkey(key), [1], new Signature([.. point, .. scalar]))));
                Assert.False(Ed25519.Verify(Alice.PublicKey, [1], new Signature([.. point, .. scalar])));
            }
        }
    }

    [Fact]
    public void A_signature_has_one_form_only()
    {
        var signature = Alice.Sign([1]).ToArray();
        var scalar = signature[32..];

        Assert.True(Ed25519.Verify(Alice.PublicKey, [1], new Signature(signature)));
        for (var added = 0; Add(scalar, Order); added++)
        {
            // Adding L gives the same number to the group, as long as it fits: fifteen times at most.
            Assert.InRange(added, 0, 15);
            Assert.False(Ed25519.Verify(Alice.PublicKey, [1], new Signature([.. signature[..32], .. scalar])));
        }
    }

    [Fact]
    public void Every_changed_bit_breaks_a_signature()
    {
        var signature = Alice.Sign("message"u8).ToArray();
        for (var bit = 0; bit < 512; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Ed25519.Verify(Alice.PublicKey, "message"u8, new Signature(signature)));
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.False(Ed25519.Verify(Alice.PublicKey, "messag"u8, new Signature(signature)));
        Assert.False(Ed25519.Verify(Alice.PublicKey, "message "u8, new Signature(signature)));
        Assert.False(Ed25519.Verify(Alice.PublicKey, "message"u8, default));
    }

    /// <summary>"On the curve" means that the point decompresses, as dalek does it: y is not asked to be canonical.</summary>
    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000", true)] // the identity, which is of small order
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", true)] // of order 4; the System program
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", true)] // of order 8
    [InlineData("cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d", true)] // of mixed order
    [InlineData("5866666666666666666666666666666666666666666666666666666666666666", true)] // the base point
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000", false)] // y = 2
    [InlineData("0700000000000000000000000000000000000000000000000000000000000000", false)] // y = 7
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", true)] // y = p, a second form of 0
    [InlineData("efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false)] // y = p + 2, a second form of 2
    public void A_point_is_on_the_curve_if_it_decompresses(string point, bool isOnCurve) =>
        Assert.Equal(isOnCurve, Ed25519.IsOnCurve(new Pubkey(ByteText.Hex(point))));

    private static bool Add(Span<byte> number, ReadOnlySpan<byte> summand)
    {
        var carry = 0;
        for (var index = 0; index < number.Length; index++)
        {
            carry += number[index] + summand[index];
            number[index] = (byte)(carry & 0xFF);
            carry >>= 8;
        }

        return carry == 0;
    }
}
