using System.Buffers.Binary;

namespace Pond.Primitives.Tokens;

/// <summary>The token program's way to store a value that may be absent: four bytes that say whether, then the room for it.</summary>
internal static class TokenLayout
{
    internal const int TagSizeBytes = sizeof(uint);
    internal const int OptionalKeySizeBytes = TagSizeBytes + Pubkey.SizeBytes;
    internal const int OptionalNumberSizeBytes = TagSizeBytes + sizeof(ulong);

    internal static bool TryReadKey(ReadOnlySpan<byte> source, out Pubkey? key)
    {
        var isGood = TryReadTag(source, out var isPresent);
        key = isPresent ? new Pubkey(source.Slice(TagSizeBytes, Pubkey.SizeBytes)) : null;
        return isGood;
    }

    internal static bool TryReadNumber(ReadOnlySpan<byte> source, out ulong? number)
    {
        var isGood = TryReadTag(source, out var isPresent);
        number = isPresent ? BinaryPrimitives.ReadUInt64LittleEndian(source[TagSizeBytes..]) : null;
        return isGood;
    }

    // What stood in the room stays when a value goes: the accounts of K2 show it, and so must ours.
    internal static void WriteKey(Span<byte> destination, Pubkey? key)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, key is null ? 0u : 1u);
        key?.CopyTo(destination[TagSizeBytes..]);
    }

    internal static void WriteNumber(Span<byte> destination, ulong? number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, number is null ? 0u : 1u);
        if (number is { } present)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[TagSizeBytes..], present);
        }
    }

    private static bool TryReadTag(ReadOnlySpan<byte> source, out bool isPresent)
    {
        var tag = BinaryPrimitives.ReadUInt32LittleEndian(source);
        isPresent = tag == 1;
        return tag <= 1;
    }
}
