using System.Buffers.Binary;

namespace Pond.Primitives.Tokens;

/// <summary>Puts the data of a token instruction together.</summary>
internal sealed class TokenWriter(byte tag)
{
    private readonly List<byte> _bytes = [tag];

    internal TokenWriter Byte(byte value)
    {
        _bytes.Add(value);
        return this;
    }

    internal TokenWriter Number(ulong number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        _bytes.AddRange(bytes);
        return this;
    }

    internal TokenWriter Key(Pubkey key)
    {
        _bytes.AddRange(key.ToArray());
        return this;
    }

    internal TokenWriter Option(Pubkey? key) => key is { } present ? Byte(1).Key(present) : Byte(0);

    internal byte[] ToArray() => [.. _bytes];
}
