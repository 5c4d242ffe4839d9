using Pond.Primitives.Cryptography;
using Pond.Primitives.Transactions;
using static Pond.Testing.ByteText;

namespace Pond.Primitives.Tests;

public sealed class TransactionTests
{
    private static readonly Keypair Payer = Keypair.FromSeed(Filled(1));

    // A System transfer of 1 lamport to 32 x 02 with block hash 32 x 03, as @solana/web3.js signs it.
    private const string Transfer =
        """
        014b113aca8ee45bc016a86b8686d25404c65a1b4f577ea008c3616c25154bf33870838dda00bd0b3f6905695313c2f2503b8c65242586dcd5d7d1621af65ace06
        01000103
        8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c
        0202020202020202020202020202020202020202020202020202020202020202
        0000000000000000000000000000000000000000000000000000000000000000
        0303030303030303030303030303030303030303030303030303030303030303
        01 02 02 00 01 0c 020000000100000000000000
        """;

    [Fact]
    public void A_signed_transfer_has_the_bytes_of_other_clients()
    {
        var transaction = SignTransfer();

        Assert.Equal("AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9", Payer.PublicKey.ToString());
        Assert.Equal(Hex(Transfer), transaction.Serialize());
        Assert.Equal(
            "2W3p5gLFdKr1ujFztDaTq7bBNmmDWmfAA9zV8jfKbcLXJz9vy7ewvw3E7Y4z3XqhzReZpYjfrVvY7oVrqQkxs5MF",
            transaction.Id.ToString());
    }

    [Fact]
    public void Reading_gives_back_what_was_written()
    {
        Assert.True(Transaction.TryRead(Hex(Transfer), out var transaction, out var error), error);
        Assert.Equal(Hex(Transfer), transaction!.Serialize());
        Assert.True(transaction.VerifySignatures());
        Assert.True(transaction.Message.IsWritable(0));
        Assert.True(transaction.Message.IsWritable(1));
        Assert.False(transaction.Message.IsWritable(2));
    }

    [Fact]
    public void Every_shortened_transaction_is_refused()
    {
        var bytes = Hex(Transfer);

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(Transaction.TryRead(bytes.AsSpan(0, length), out _, out var error));
            Assert.NotEmpty(error);
        }
    }

    [Fact]
    public void A_changed_byte_never_verifies()
    {
        var bytes = Hex(Transfer);

        for (var index = 0; index < bytes.Length; index++)
        {
            var changed = bytes.ToArray();
            changed[index] ^= 0x01;
            Assert.False(Transaction.TryRead(changed, out var transaction, out _) && transaction!.VerifySignatures());
        }
    }

    [Fact]
    public void A_missing_signer_is_named()
    {
        var stranger = new Pubkey(Filled(9));
        var instruction = new Instruction(default, [AccountMeta.Signer(stranger)], []);

        var exception = Assert.Throws<ArgumentException>(
            () => Transaction.Sign(Payer, new Hash(Filled(3)), [instruction]));

        Assert.Contains(stranger.ToString(), exception.Message, StringComparison.Ordinal);
    }

    private static Transaction SignTransfer() => Transaction.Sign(
        Payer,
        new Hash(Filled(3)),
        [
            new Instruction(
                default,
                [AccountMeta.Signer(Payer.PublicKey), AccountMeta.Writable(new Pubkey(Filled(2)))],
                [.. Hex("020000000100000000000000")]),
        ]);

    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, 32)];
}
