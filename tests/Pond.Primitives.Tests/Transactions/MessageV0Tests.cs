using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using static Pond.Testing.ByteText;

namespace Pond.Primitives.Tests.Transactions;

public sealed class MessageV0Tests
{
    private static readonly Keypair Payer = Keypair.FromSeed(Filled(1));
    private static readonly Hash Blockhash = new(Filled(3));
    private static readonly Pubkey Program = new(Filled(4));

    [Fact]
    public void A_signed_transfer_of_version_0_has_the_bytes_of_other_clients()
    {
        var legacy = Transaction.Sign(Payer, Blockhash, [Transfer()]);
        var transaction = Transaction.Sign(Message.CompileV0(Payer.PublicKey, Blockhash, [Transfer()]), Payer);

        Assert.Equal([0x80, .. legacy.Message.Serialize(), 0x00], transaction.Message.Serialize());
        Assert.Equal(217, transaction.Serialize().Length);
        Assert.Equal(
            Hex("e2e1440cefdd4d80ff79a12ec694e14c79ed877bcdb8aa1771517e4a1c86b7971d8cbf3e7b83edf084cb68050adc2c27786331bbb16bc950e6f6a4f1a66a9e0c"),
            transaction.Id.ToArray());
        Assert.True(transaction.VerifySignatures());
    }

    [Fact]
    public void Accounts_in_tables_are_loaded_and_signers_and_programs_are_not()
    {
        var (writable, readOnly, other) = (Key(10), Key(11), Key(12));
        var instruction = new Instruction(
            Program,
            [
                AccountMeta.Signer(Payer.PublicKey), AccountMeta.ReadOnly(readOnly), AccountMeta.Writable(writable), AccountMeta.ReadOnly(other),
            ],
            [7]);

        var message = Message.CompileV0(
            Payer.PublicKey,
            Blockhash,
            [instruction],
            new AddressTable(Key(20), [Program, Payer.PublicKey, readOnly]),
            new AddressTable(Key(21), [Key(99), writable, readOnly]));

        Assert.Equal([Payer.PublicKey, other, Program], message.Keys.ToArray());
        Assert.Collection(
            message.Lookups,
            lookup => Assert.Equal((Key(20), 0, 1), (lookup.Table, lookup.WritableIndexes.Length, lookup.ReadOnlyIndexes.Length)),
            lookup => Assert.Equal((Key(21), 1, 0), (lookup.Table, lookup.WritableIndexes.Length, lookup.ReadOnlyIndexes.Length)));
        var resolved = new ResolvedMessage(message, new([writable], [readOnly]));
        Assert.Equal(instruction.Accounts.ToArray(), resolved.AccountsOf(message.Instructions[0]).ToArray());
        Assert.Equal(Program, resolved.ProgramOf(message.Instructions[0]));
    }

    [Fact]
    public void Reading_gives_back_what_was_written()
    {
        var bytes = WithLookup().Serialize();

        Assert.True(Message.TryRead(bytes, out var message, out var error), error);
        Assert.Equal(MessageVersion.V0, message.Version);
        Assert.Equal(bytes, message.Serialize());
    }

    [Fact]
    public void Every_shortened_message_is_refused()
    {
        var bytes = WithLookup().Serialize();

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(Message.TryRead(bytes.AsSpan(0, length), out _, out var error));
            Assert.NotEmpty(error);
        }
    }

    [Theory]
    [InlineData(0x81)]
    [InlineData(0xFF)]
    public void A_version_other_than_0_is_refused(byte first)
    {
        var bytes = WithLookup().Serialize();
        bytes[0] = first;

        Assert.False(Message.TryRead(bytes, out _, out var error));
        Assert.Equal($"invalid value: integer `{first & 0x7F}`, expected a valid transaction message version", error);
    }

    // Header (signers, read-only signers, read-only others), number of keys, instructions, lookups.
    [Theory]
    [InlineData("80 010001 02 K K B 01 01 01 00 00 00", true)]
    [InlineData("80 010001 02 K K B 01 01 02 00 02 00 01 K 01 00 00", true)] // the third account is the loaded one
    [InlineData("80 010001 02 K K B 01 01 01 03 00 01 K 01 00 00", false)] // there is no fourth
    [InlineData("80 010001 02 K K B 01 02 00 00 01 K 01 00 00", false)] // a program is never loaded
    [InlineData("80 010001 02 K K B 01 00 00 00 00", false)] // the fee payer is no program
    [InlineData("80 010001 02 K K B 00 01 K 00 00", false)] // a lookup of nothing
    [InlineData("80 010001 02 K K B 00 01 K 00 01 00", true)]
    [InlineData("80 000000 02 K K B 00 00", false)] // nobody signs
    [InlineData("80 010101 02 K K B 00 00", false)] // the fee payer is not writable
    [InlineData("80 020101 02 K K B 00 00", false)] // more roles than keys
    [InlineData("80 020100 02 K K B 00 00", true)]
    [InlineData("80 010000 00 B 00 00", false)] // no keys
    [InlineData("010001 02 K K B 01 01 01 00 00", true)]
    [InlineData("010001 02 K K B 01 01 01 02 00", false)]
    [InlineData("010001 02 K K B 01 02 00 00", false)]
    [InlineData("010001 02 K K B 01 00 00 00", false)]
    [InlineData("010101 02 K K B 00", false)]
    [InlineData("030000 02 K K B 00", false)]
    public void A_message_must_fit_together(string text, bool isSane)
    {
        var bytes = Hex(text
            .Replace("K", Convert.ToHexString(Filled(9)), StringComparison.Ordinal)
            .Replace(" B ", Convert.ToHexString(Filled(3)), StringComparison.Ordinal));

        Assert.Equal(isSane, Message.TryRead(bytes, out var message, out var error));
        Assert.Equal(isSane ? string.Empty : "invalid transaction: Transaction failed to sanitize accounts offsets correctly", error);
        Assert.Equal(isSane ? bytes : null, message?.Serialize());
    }

    [Theory]
    [InlineData(254, true)]
    [InlineData(255, false)]
    public void A_message_has_at_most_256_accounts(int loaded, bool isSane)
    {
        byte[] bytes =
        [
            0x80, 1, 0, 1, 2, .. Filled(9), .. Filled(8), .. Filled(3), 0, 1,
            .. Filled(7), 200, 1, .. new byte[200], (byte)(loaded - 200), .. new byte[loaded - 200],
        ];

        Assert.Equal(isSane, Message.TryRead(bytes, out _, out _));
    }

    [Fact]
    public void A_table_lends_only_its_first_256_addresses()
    {
        var account = Key(10);
        var instruction = new Instruction(Program, [AccountMeta.ReadOnly(account)], []);
        var fillers = Enumerable.Repeat(default(Pubkey), 256);

        var far = Message.CompileV0(Payer.PublicKey, Blockhash, [instruction], new AddressTable(Key(20), [.. fillers, account]));
        var near = Message.CompileV0(Payer.PublicKey, Blockhash, [instruction], new AddressTable(Key(20), [.. fillers.Skip(1), account]));

        Assert.Empty(far.Lookups);
        Assert.Contains(account, far.Keys);
        Assert.Equal(255, Assert.Single(near.Lookups).ReadOnlyIndexes[0]);
    }

    [Fact]
    public void Sysvars_programs_and_called_accounts_are_only_read_however_they_are_named()
    {
        var message = Message.CompileV0(
            Payer.PublicKey,
            Blockhash,
            [
                new Instruction(Program, [AccountMeta.Writable(ProgramIds.Clock), AccountMeta.Writable(Program), AccountMeta.Writable(Key(5))], []),
            ],
            new AddressTable(Key(20), [ProgramIds.Clock]));
        var resolved = new ResolvedMessage(message, new([ProgramIds.Clock], []));

        Assert.Equal(
            [Payer.PublicKey, Key(5)],
            resolved.Accounts.Where(account => account.IsWritable).Select(account => account.Key));
    }

    [Fact]
    public void Loaded_accounts_that_were_not_asked_for_are_refused() =>
        Assert.Throws<ArgumentException>(() => new ResolvedMessage(WithLookup(), LoadedAddresses.None));

    private static Message WithLookup() => Message.CompileV0(
        Payer.PublicKey, Blockhash, [Transfer()], new AddressTable(Key(20), [Key(99), Key(2)]));

    private static Instruction Transfer() => new SystemInstruction.Transfer(new(1)).ToInstruction(Payer.PublicKey, Key(2));

    private static Pubkey Key(byte value) => new(Filled(value));

    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, 32)];
}
