namespace Pond.Store;

/// <summary>
/// The unsigned integer of the multiformats: little-endian base 128, in the one shortest form, below 2^63 (unsigned-varint).
/// </summary>
public static class Varint
{
    /// <summary>The longest form: nine bytes of seven bits.</summary>
    public const int MaxSizeBytes = 9;

    private const ulong MaxValue = long.MaxValue;

    /// <summary>How many bytes <paramref name="value"/> takes, 1 to 9.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is 2^63 or more.</exception>
    public static int SizeOf(ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        var size = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            size++;
        }

        return size;
    }

    /// <summary>Writes the value to the start of <paramref name="destination"/>.</summary>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is 2^63 or more.</exception>
    public static int Write(Span<byte> destination, ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        var written = 0;
        while (value >= 0x80)
        {
            destination[written++] = (byte)((value & 0x7F) | 0x80);
            value >>= 7;
        }

        destination[written++] = (byte)value;
        return written;
    }

    /// <summary>Reads a value; false if the bytes end early, are not the shortest form, or exceed nine bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out ulong value, out int bytesRead)
    {
        value = 0;
        bytesRead = 0;
        for (var index = 0; index < MaxSizeBytes && index < source.Length; index++)
        {
            var current = source[index];
            if (index > 0 && current == 0)
            {
                return false;
            }

            value |= (ulong)(current & 0x7F) << (7 * index);
            if (current < 0x80)
            {
                bytesRead = index + 1;
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether more bytes could still make a value of a source that <see cref="TryRead"/> refused.</summary>
    internal static bool IsIncomplete(ReadOnlySpan<byte> source) =>
        source.Length < MaxSizeBytes && source.IndexOfAnyInRange((byte)0, (byte)0x7F) < 0;
}
