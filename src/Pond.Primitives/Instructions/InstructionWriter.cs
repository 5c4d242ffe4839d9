using System.Buffers.Binary;

namespace Pond.Primitives.Instructions;

/// <summary>Writes instruction data as bincode does: fixed little-endian numbers, lists and texts behind a 64-bit length.</summary>
internal sealed class InstructionWriter
{
    private readonly List<byte> _bytes = [];

    /// <summary>Begins with the instruction's index.</summary>
    internal InstructionWriter(uint index)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, index);
        _bytes.AddRange(bytes);
    }

    internal InstructionWriter Byte(byte value)
    {
        _bytes.Add(value);
        return this;
    }

    internal InstructionWriter Number(ulong number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        _bytes.AddRange(bytes);
        return this;
    }

    internal InstructionWriter Key(Pubkey key)
    {
        _bytes.AddRange(key.ToArray());
        return this;
    }

    internal InstructionWriter Keys(IReadOnlyCollection<Pubkey> keys)
    {
        Number((ulong)keys.Count);
        foreach (var key in keys)
        {
            Key(key);
        }

        return this;
    }

    internal InstructionWriter Text(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Number((ulong)bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    internal byte[] ToArray() => [.. _bytes];
}
