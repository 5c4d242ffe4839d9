namespace Pond.Primitives.Encoding;

/// <summary>
/// The transaction format's length prefix: little-endian base 128 in one to three bytes, for 0 to 65,535.
/// </summary>
public static class CompactU16
{
    /// <summary>The longest form.</summary>
    public const int MaxSizeBytes = 3;

    /// <summary>How many bytes <paramref name="value"/> takes.</summary>
    public static int SizeOf(int value) => value < 0x80 ? 1 : value < 0x4000 ? 2 : MaxSizeBytes;

    /// <summary>Writes the value.</summary>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not in 0 to 65,535.</exception>
    public static int Write(Span<byte> destination, int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ushort.MaxValue);

        var written = 0;
        while (value >= 0x80)
        {
            destination[written++] = (byte)((value & 0x7F) | 0x80);
            value >>= 7;
        }

        destination[written++] = (byte)value;
        return written;
    }

    /// <summary>Reads a value; false if the bytes end early, or are not the one canonical form of a 16-bit value.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out int value, out int bytesRead)
    {
        value = 0;
        bytesRead = 0;
        for (var index = 0; index < MaxSizeBytes && index < source.Length; index++)
        {
            var current = source[index];
            // A trailing zero byte is an alias of a shorter form, and the third byte has room for two bits.
            if ((index > 0 && current == 0) || (index == MaxSizeBytes - 1 && current > 0x03))
            {
                return false;
            }

            value |= (current & 0x7F) << (7 * index);
            if (current < 0x80)
            {
                bytesRead = index + 1;
                return true;
            }
        }

        return false;
    }
}
