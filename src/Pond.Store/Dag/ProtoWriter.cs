namespace Pond.Store.Dag;

/// <summary>Writes protocol buffers into memory whose size was computed before.</summary>
internal ref struct ProtoWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    internal int Position { get; private set; }

    internal static int SizeOfVarint(ulong value)
    {
        var size = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            size++;
        }

        return size;
    }

    /// <summary>The size of a field of bytes with a one-byte tag.</summary>
    internal static int SizeOfBytes(int length) => 1 + SizeOfVarint((ulong)length) + length;

    /// <summary>The size of a field with a number and a one-byte tag.</summary>
    internal static int SizeOfNumber(ulong value) => 1 + SizeOfVarint(value);

    internal void WriteNumber(int field, ulong value)
    {
        WriteByte((byte)((field << 3) | ProtoReader.VarintType));
        WriteVarint(value);
    }

    internal void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        WriteBytesHeader(field, value.Length);
        value.CopyTo(_destination[Position..]);
        Position += value.Length;
    }

    internal void WriteBytesHeader(int field, int length)
    {
        WriteByte((byte)((field << 3) | ProtoReader.BytesType));
        WriteVarint((ulong)length);
    }

    internal void WriteFixed32(int field, uint value)
    {
        WriteByte((byte)((field << 3) | ProtoReader.Fixed32Type));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(_destination[Position..], value);
        Position += sizeof(uint);
    }

    internal void WriteCid(int field, Cid cid)
    {
        WriteBytesHeader(field, cid.SizeBytes);
        Position += cid.Write(_destination[Position..]);
    }

    private void WriteVarint(ulong value)
    {
        while (value >= 0x80)
        {
            WriteByte((byte)((value & 0x7F) | 0x80));
            value >>= 7;
        }

        WriteByte((byte)value);
    }

    private void WriteByte(byte value) => _destination[Position++] = value;
}
