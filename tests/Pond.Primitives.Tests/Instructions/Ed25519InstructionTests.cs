using System.Collections.Immutable;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Tests.Instructions;

public sealed class Ed25519InstructionTests
{
    private static readonly Keypair Alice = Keypair.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);

    [Fact]
    public void A_call_is_laid_out_as_clients_do()
    {
        var call = Call();

        Assert.Equal("0100 3000 ffff 1000 ffff 7000 0500 ffff".Replace(" ", string.Empty, StringComparison.Ordinal), Convert.ToHexStringLower(call.Data.AsSpan(0, 16)));
        Assert.Equal(16 + 32 + 64 + 5, call.Data.Length);
        Assert.Null(FindError(call.Data));
    }

    [Fact]
    public void The_parts_may_stand_in_other_instructions()
    {
        var call = Call();
        var entry = call.Data.SetItem(4, 1).SetItem(5, 0).SetItem(8, 1).SetItem(9, 0).SetItem(14, 1).SetItem(15, 0)[..16];

        Assert.Null(FindError(entry, call.Data));
        Assert.Equal(Ed25519Error.InvalidDataOffsets, FindError(entry));
    }

    [Theory]
    [InlineData(16, Ed25519Error.InvalidSignature)] // the key: still a point, but another one
    [InlineData(48, Ed25519Error.InvalidSignature)]
    [InlineData(112, Ed25519Error.InvalidSignature)]
    [InlineData(2, Ed25519Error.InvalidSignature)] // the signature begins a byte later
    [InlineData(3, Ed25519Error.InvalidDataOffsets)] // ... and 256 bytes later
    [InlineData(13, Ed25519Error.InvalidDataOffsets)]
    public void A_changed_byte_is_found(int offset, Ed25519Error error)
    {
        var data = Call().Data;
        // The first byte that keeps the key a point, or simply the next one.
        var changed = Enumerable.Range(1, 255).Select(step => data.SetItem(offset, (byte)(data[offset] + step)))
            .First(bytes => offset != 16 || Ed25519.IsOnCurve(new Pubkey(bytes.AsSpan(16, 32))));

        Assert.Equal(error, FindError(changed));
    }

    [Fact]
    public void A_key_that_is_no_point_is_found()
    {
        var data = Call().Data.ToArray();
        data.AsSpan(16, 32).Clear();
        data[16] = 2;

        Assert.Equal(Ed25519Error.InvalidPublicKey, FindError([.. data]));
    }

    [Fact]
    public void Data_without_room_for_its_entries_is_found()
    {
        Assert.Equal(Ed25519Error.InvalidInstructionDataSize, FindError([]));
        Assert.Equal(Ed25519Error.InvalidInstructionDataSize, FindError([1]));
        Assert.Equal(Ed25519Error.InvalidInstructionDataSize, FindError([0, 0, 0]));
        Assert.Equal(Ed25519Error.InvalidInstructionDataSize, FindError(Call().Data[..15]));
        Assert.Equal(Ed25519Error.InvalidInstructionDataSize, FindError(Call().Data.SetItem(0, 9)));
        Assert.Null(FindError([0, 0]));
    }

    private static Instruction Call() => Ed25519Instruction.ToInstruction(Alice.PublicKey, Alice.Sign("hello"u8), "hello"u8);

    private static Ed25519Error? FindError(ImmutableArray<byte> data, params ImmutableArray<byte>[] others)
    {
        Instruction[] calls = [.. new[] { data }.Concat(others).Select(bytes => new Instruction(ProgramIds.Ed25519, [], bytes))];
        return Ed25519Instruction.FindError(Message.Compile(Alice.PublicKey, default, calls), data);
    }
}
