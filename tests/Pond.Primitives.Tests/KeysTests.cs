using FsCheck;
using FsCheck.Fluent;
using Pond.Primitives.Cryptography;
using static Pond.Testing.ByteText;

namespace Pond.Primitives.Tests;

public sealed class KeysTests
{
    [Fact]
    public void Text_gives_back_the_key()
    {
        Prop.ForAll(Gen.Choose(0, 255).ListOf(32).ToArbitrary(), bytes =>
        {
            var key = new Pubkey([.. bytes.Select(value => (byte)value)]);
            return Pubkey.Parse(key.ToString()) == key;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("")]
    [InlineData("1111111111111111111111111111111")]
    [InlineData("111111111111111111111111111111111")]
    [InlineData("0OIl1111111111111111111111111111")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("11111111111111111111111111111111 ")]
    public void A_text_that_is_no_key_is_refused(string text)
    {
        Assert.False(Pubkey.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Pubkey.Parse(text));
    }

    [Fact]
    public void The_system_program_is_thirty_two_ones()
    {
        Assert.Equal(new string('1', 32), default(Pubkey).ToString());
        Assert.True(Pubkey.Parse(new string('1', 32)).IsZero);
    }

    [Fact]
    public void Keys_are_ordered_by_their_bytes()
    {
        Prop.ForAll(Gen.Choose(0, 255).ListOf(64).ToArbitrary(), values =>
        {
            byte[] bytes = [.. values.Select(value => (byte)value)];
            var expected = bytes.AsSpan(0, 32).SequenceCompareTo(bytes.AsSpan(32));
            var actual = new Pubkey(bytes.AsSpan(0, 32)).CompareTo(new Pubkey(bytes.AsSpan(32)));
            return Math.Sign(expected) == Math.Sign(actual);
        }).QuickCheckThrowOnFailure();
    }

    // RFC 8032, 7.1, test 2.
    [Fact]
    public void Signatures_are_those_of_the_specification()
    {
        var keypair = Keypair.FromSeed(Hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));

        var signature = keypair.Sign([0x72]);

        Assert.Equal(
            Hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
            signature.ToArray());
        Assert.True(Ed25519.Verify(keypair.PublicKey, [0x72], signature));
        Assert.False(Ed25519.Verify(keypair.PublicKey, [0x73], signature));
    }

    // The identity point as key and as R with S = 0 satisfies the group equation for every message; strict checks refuse it.
    [Fact]
    public void A_key_of_small_order_signs_nothing()
    {
        var identity = new byte[32];
        identity[0] = 1;
        var forged = new Signature([.. identity, .. new byte[32]]);

        Assert.False(Ed25519.Verify(new Pubkey(identity), [1, 2, 3], forged));
    }

    [Fact]
    public void A_signature_with_a_second_form_of_S_is_refused()
    {
        var keypair = Keypair.FromSeed(new byte[32]);
        var signature = keypair.Sign([1]).ToArray();
        // S plus the group's order is the same number for the equation, but not the canonical one.
        var order = Hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        var carry = 0;
        for (var index = 0; index < 32; index++)
        {
            carry += signature[32 + index] + order[index];
            signature[32 + index] = (byte)(carry & 0xFF);
            carry >>= 8;
        }

        Assert.Equal(0, carry);
        Assert.False(Ed25519.Verify(keypair.PublicKey, [1], new Signature(signature)));
    }

    [Fact]
    public void A_key_file_is_read_back_and_a_broken_one_refused()
    {
        var keypair = Keypair.FromSeed([.. Enumerable.Repeat((byte)7, 32)]);

        Assert.Equal(keypair.PublicKey, Keypair.ParseKeyFile(keypair.ToKeyFile()).PublicKey);
        Assert.Throws<FormatException>(() => Keypair.ParseKeyFile("[1,2,3]"));
        Assert.Throws<FormatException>(() => Keypair.ParseKeyFile("{}"));
        Assert.Throws<FormatException>(() => Keypair.ParseKeyFile("not json"));
        Assert.Throws<FormatException>(() => Keypair.ParseKeyFile("[" + string.Join(',', Enumerable.Repeat(300, 64)) + "]"));
        Assert.Throws<FormatException>(() => Keypair.ParseKeyFile("[" + string.Join(',', Enumerable.Repeat(1, 64)) + "]"));
    }

    [Fact]
    public void A_public_key_is_on_the_curve_and_half_of_all_texts_are_not()
    {
        var onCurve = 0;
        for (byte value = 0; value < 100; value++)
        {
            Assert.True(Ed25519.IsOnCurve(Keypair.FromSeed([.. Enumerable.Repeat(value, 32)]).PublicKey));
            onCurve += Ed25519.IsOnCurve(new Pubkey(System.Security.Cryptography.SHA256.HashData([value]))) ? 1 : 0;
        }

        Assert.InRange(onCurve, 30, 70);
    }
}
