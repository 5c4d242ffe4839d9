using Pond.Primitives.Instructions;
using static Pond.Testing.ByteText;

namespace Pond.Primitives.Tests.Instructions;

public sealed class AddressLookupTableInstructionTests
{
    private static readonly Pubkey Key = new([.. Enumerable.Repeat((byte)2, 32)]);

    [Fact]
    public void Instructions_have_their_layout()
    {
        Assert.Equal(Hex("00000000 0700000000000000 fe"), new AddressLookupTableInstruction.Create(new Slot(7), 254).Encode());
        Assert.Equal(Hex("01000000"), new AddressLookupTableInstruction.Freeze().Encode());
        Assert.Equal(
            Hex("02000000 0100000000000000" + Convert.ToHexString(Key.ToArray())), new AddressLookupTableInstruction.Extend([Key]).Encode());
        Assert.Equal(Hex("03000000"), new AddressLookupTableInstruction.Deactivate().Encode());
        Assert.Equal(Hex("04000000"), new AddressLookupTableInstruction.Close().Encode());
    }

    [Fact]
    public void Reading_undoes_writing_and_nothing_shorter_parses()
    {
        AddressLookupTableInstruction[] instructions =
        [
            new AddressLookupTableInstruction.Create(new Slot(7), 254), new AddressLookupTableInstruction.Freeze(),
            new AddressLookupTableInstruction.Extend([Key, default]), new AddressLookupTableInstruction.Deactivate(),
            new AddressLookupTableInstruction.Close(),
        ];
        foreach (var instruction in instructions)
        {
            var bytes = instruction.Encode();
            Assert.True(AddressLookupTableInstruction.TryParse(bytes, out var parsed));
            Assert.Equal(bytes, parsed.Encode());
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.False(AddressLookupTableInstruction.TryParse(bytes.AsSpan(0, length), out _));
            }
        }
    }

    [Theory]
    [InlineData("05000000")]
    [InlineData("02000000 ffffffffffffffff")]
    [InlineData("02000000 0000000000000008")] // times 32 is 2^64
    public void Unknown_calls_and_counts_that_nothing_backs_do_not_parse(string data) =>
        Assert.False(AddressLookupTableInstruction.TryParse(Hex(data), out _));
}
