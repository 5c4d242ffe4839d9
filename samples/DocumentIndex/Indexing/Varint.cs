using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace DocumentIndex;

/// <summary>
/// Numbers from 0 to 2^31 - 1 in one to five bytes, seven bits each, the lowest first; the high bit says that more follow.
/// Each number has one encoding: the last byte is not 0 unless it is the only one.
/// </summary>
internal static class Varint
{
    private const int MaxBytes = 5;

    internal static void Write(IBufferWriter<byte> output, int value)
    {
        var bytes = output.GetSpan(MaxBytes);
        var count = 0;
        for (; value > 0x7F; value >>= 7)
        {
            bytes[count++] = (byte)((value & 0x7F) | 0x80);
        }

        bytes[count++] = (byte)value;
        output.Advance(count);
    }

    /// <summary>Takes a number from the front of the bytes.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    internal static int Take(ref ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty && bytes[0] <= 0x7F)
        {
            int small = bytes[0];
            bytes = bytes[1..];
            return small;
        }

        var value = 0L;
        for (var count = 0; count < Math.Min(bytes.Length, MaxBytes); count++)
        {
            value |= (long)(bytes[count] & 0x7F) << (7 * count);
            if (bytes[count] <= 0x7F)
            {
                var isCanonical = bytes[count] != 0 && value <= int.MaxValue;
                bytes = bytes[(count + 1)..];
                return isCanonical ? (int)value : throw new InvalidDataException("a number is too large or has idle bytes");
            }
        }

        throw new InvalidDataException("a number does not end");
    }

    internal static void WriteText(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        Write(output, utf8.Length);
        output.Write(utf8);
    }

    /// <summary>Takes text with its length before it from the front of the bytes.</summary>
    internal static ReadOnlySpan<byte> TakeText(ref ReadOnlySpan<byte> bytes)
    {
        var length = Take(ref bytes);
        if (length > bytes.Length)
        {
            throw new InvalidDataException("a text is longer than what is left");
        }

        var text = bytes[..length];
        bytes = bytes[length..];
        return text;
    }

    /// <summary>Decodes text strictly: a replacement character would stand for many inputs.</summary>
    /// <exception cref="InvalidDataException">It is not UTF-8.</exception>
    internal static string Decode(ReadOnlySpan<byte> utf8) =>
        Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw new InvalidDataException("a text is not UTF-8");
}
