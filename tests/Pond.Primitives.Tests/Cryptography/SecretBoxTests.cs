using Pond.Primitives.Cryptography;

namespace Pond.Primitives.Tests.Cryptography;

public sealed class SecretBoxTests
{
    // The least that libsodium does; a test guesses nothing.
    private static readonly SecretBoxCost Cheap = new(1, 8192);
    private static readonly byte[] Salt = [.. Enumerable.Range(0, SecretBox.SaltSizeBytes).Select(value => (byte)value)];
    private static readonly byte[] Nonce = [.. Enumerable.Range(0, SecretBox.NonceSizeBytes).Select(value => (byte)(value + 50))];

    [Fact]
    public void What_is_sealed_is_opened_by_its_passphrase_alone()
    {
        var box = SecretBox.Seal("the words"u8, "head"u8, "correct"u8, Cheap, Salt, Nonce);

        Assert.Equal("the words"u8.ToArray(), SecretBox.Open(box, "head"u8, "correct"u8, Cheap, Salt, Nonce));
        Assert.Null(SecretBox.Open(box, "head"u8, "Correct"u8, Cheap, Salt, Nonce));
        Assert.Null(SecretBox.Open(box, "head"u8, ""u8, Cheap, Salt, Nonce));
    }

    [Fact]
    public void Whatever_is_changed_it_does_not_open()
    {
        var box = SecretBox.Seal("the words"u8, "head"u8, "correct"u8, Cheap, Salt, Nonce);
        byte[] otherSalt = [.. Salt.Reverse()];
        byte[] otherNonce = [.. Nonce.Reverse()];

        Assert.All(Enumerable.Range(0, box.Length), at =>
        {
            byte[] changed = [.. box];
            changed[at] ^= 1;
            Assert.Null(SecretBox.Open(changed, "head"u8, "correct"u8, Cheap, Salt, Nonce));
        });
        Assert.Null(SecretBox.Open(box, "Head"u8, "correct"u8, Cheap, Salt, Nonce));
        Assert.Null(SecretBox.Open(box, "head"u8, "correct"u8, Cheap, otherSalt, Nonce));
        Assert.Null(SecretBox.Open(box, "head"u8, "correct"u8, Cheap, Salt, otherNonce));
        Assert.Null(SecretBox.Open(box, "head"u8, "correct"u8, Cheap with { Operations = 2 }, Salt, Nonce));
        Assert.Null(SecretBox.Open(box.AsSpan(0, 5), "head"u8, "correct"u8, Cheap, Salt, Nonce));
    }
}
