using Pond.Primitives.Instructions;
using static Pond.Testing.ByteText;

namespace Pond.Primitives.Tests.Instructions;

public sealed class SystemInstructionTests
{
    private static readonly Pubkey Twos = new([.. Enumerable.Repeat((byte)2, 32)]);
    private static readonly Pubkey Base = Pubkey.Parse("AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9");

    [Fact]
    public void Instructions_have_the_bytes_of_other_clients()
    {
        Assert.Equal(Hex("02000000 0100000000000000"), new SystemInstruction.Transfer(new(1)).Encode());
        Assert.Equal(
            Hex("00000000 0100000000000000 0a00000000000000" + string.Concat(Enumerable.Repeat("02", 32))),
            new SystemInstruction.CreateAccount(new(1), 10, Twos).Encode());
        Assert.Equal(
            Hex("03000000" + Convert.ToHexString(Base.ToArray()) + "0500000000000000 68656c6c6f 0100000000000000 0a00000000000000"
                + string.Concat(Enumerable.Repeat("02", 32))),
            new SystemInstruction.CreateAccountWithSeed(Base, "hello", new(1), 10, Twos).Encode());
    }

    [Fact]
    public void Nonce_instructions_have_the_bytes_of_other_clients()
    {
        var key = Convert.ToHexString(Base.ToArray());
        Assert.Equal(Hex("04000000"), new SystemInstruction.AdvanceNonceAccount().Encode());
        Assert.Equal(Hex("05000000 0100000000000000"), new SystemInstruction.WithdrawNonceAccount(new(1)).Encode());
        Assert.Equal(Hex("06000000" + key), new SystemInstruction.InitializeNonceAccount(Base).Encode());
        Assert.Equal(Hex("07000000" + key), new SystemInstruction.AuthorizeNonceAccount(Base).Encode());
        Assert.Equal(Hex("0c000000"), new SystemInstruction.UpgradeNonceAccount().Encode());
        Assert.Equal(
            Hex("09000000" + key + "0500000000000000 68656c6c6f 0a00000000000000" + key),
            new SystemInstruction.AllocateWithSeed(Base, "hello", 10, Base).Encode());
        Assert.Equal(
            Hex("0a000000" + key + "0500000000000000 68656c6c6f" + key), new SystemInstruction.AssignWithSeed(Base, "hello", Base).Encode());
    }

    [Fact]
    public void Reading_gives_back_what_was_written_and_nothing_shorter_parses()
    {
        SystemInstruction[] instructions =
        [
            new SystemInstruction.CreateAccount(new(1), 10, Twos),
            new SystemInstruction.Assign(Twos),
            new SystemInstruction.Transfer(new(7)),
            new SystemInstruction.CreateAccountWithSeed(Base, "hello", new(1), 10, Twos),
            new SystemInstruction.AdvanceNonceAccount(),
            new SystemInstruction.WithdrawNonceAccount(new(1)),
            new SystemInstruction.InitializeNonceAccount(Twos),
            new SystemInstruction.AuthorizeNonceAccount(Twos),
            new SystemInstruction.Allocate(100),
            new SystemInstruction.AllocateWithSeed(Base, "hello", 10, Twos),
            new SystemInstruction.AssignWithSeed(Base, "hello", Twos),
            new SystemInstruction.TransferWithSeed(new(7), "hello", Twos),
            new SystemInstruction.UpgradeNonceAccount(),
        ];

        foreach (var instruction in instructions)
        {
            var bytes = instruction.Encode();
            Assert.True(SystemInstruction.TryParse(bytes, out var parsed));
            Assert.Equal(instruction, parsed);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.False(SystemInstruction.TryParse(bytes.AsSpan(0, length), out _));
            }
        }
    }

    [Fact]
    public void A_seed_that_claims_to_be_longer_than_the_data_does_not_parse()
    {
        var bytes = new SystemInstruction.TransferWithSeed(new(7), "hello", Twos).Encode();
        bytes[12 + 7] = 0xFF;

        Assert.False(SystemInstruction.TryParse(bytes, out _));
    }
}
