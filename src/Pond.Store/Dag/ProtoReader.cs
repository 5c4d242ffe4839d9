namespace Pond.Store.Dag;

/// <summary>Reads protocol buffers field by field; every malformed byte is a <see cref="FormatException"/>.</summary>
internal struct ProtoReader(ReadOnlyMemory<byte> bytes)
{
    internal const int VarintType = 0;
    internal const int Fixed64Type = 1;
    internal const int BytesType = 2;
    internal const int Fixed32Type = 5;

    private int _position;

    internal readonly bool IsAtEnd => _position == bytes.Length;

    internal (ulong Field, int WireType) ReadTag()
    {
        var tag = ReadVarint();
        return (tag >> 3, (int)(tag & 7));
    }

    /// <summary>Up to ten bytes, as protocol buffers allow: a negative number takes all of them.</summary>
    internal ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (IsAtEnd)
            {
                throw new FormatException("A number is cut off.");
            }

            var current = bytes.Span[_position++];
            if (shift == 63 && current > 1)
            {
                break;
            }

            value |= (ulong)(current & 0x7F) << shift;
            if (current < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("A number has more than 64 bits.");
    }

    internal ReadOnlyMemory<byte> ReadBytes()
    {
        var length = ReadVarint();
        if (length > (ulong)(bytes.Length - _position))
        {
            throw new FormatException("A length reaches past the end.");
        }

        var result = bytes.Slice(_position, (int)length);
        _position += (int)length;
        return result;
    }

    internal ReadOnlyMemory<byte> ReadFixed(int sizeBytes)
    {
        if (bytes.Length - _position < sizeBytes)
        {
            throw new FormatException("A number is cut off.");
        }

        var result = bytes.Slice(_position, sizeBytes);
        _position += sizeBytes;
        return result;
    }

    internal void Skip(int wireType)
    {
        switch (wireType)
        {
            case VarintType:
                ReadVarint();
                break;
            case Fixed64Type:
                ReadFixed(sizeof(ulong));
                break;
            case BytesType:
                ReadBytes();
                break;
            case Fixed32Type:
                ReadFixed(sizeof(uint));
                break;
            default:
                throw new FormatException($"Wire type {wireType} is not known.");
        }
    }
}
