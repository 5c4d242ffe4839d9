using System.Buffers.Binary;

namespace Pond.Primitives.Encoding;

/// <summary>Base58 with the Bitcoin alphabet: the text form of keys, hashes and signatures.</summary>
public static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>The text of some bytes. Every leading zero byte is one leading <c>1</c>.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Bytes32.SizeBytes ? Encode32(bytes) : SimpleBase.Base58.Bitcoin.Encode(bytes);

    /// <summary>Reads a text whose size in bytes is known.</summary>
    /// <returns>False if the text is not base58 or does not hold exactly as many bytes as <paramref name="destination"/>.</returns>
    public static bool TryDecodeExactly(ReadOnlySpan<char> text, Span<byte> destination)
    {
        // n bytes need at most ceil(n * log 256 / log 58) characters. The work grows with the square of the length, so a
        // longer text from a stranger is refused before it is looked at.
        if (text.IsEmpty || text.Length > (destination.Length * 138 / 100) + 1)
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[128];
        if (destination.Length > buffer.Length - 16)
        {
            throw new ArgumentException("Only keys, hashes and signatures have a base58 text here.", nameof(destination));
        }

        if (!TryDecodeInto(text, buffer, out var written) || written != destination.Length)
        {
            return false;
        }

        buffer[..written].CopyTo(destination);
        return true;
    }

    /// <summary>Reads a text whose size in bytes is not known.</summary>
    /// <param name="text">The text; an empty one is no bytes.</param>
    /// <param name="maxSizeBytes">The most bytes to read.</param>
    /// <param name="bytes">The bytes, when the text is base58 of at most so many.</param>
    /// <returns>False if the text is not base58, or too long to hold so few bytes.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, int maxSizeBytes, out byte[] bytes)
    {
        bytes = [];
        // A leading 1 is a whole byte, so the bound is that of a text without any; longer texts are refused as above.
        if (text.Length > (maxSizeBytes * 138 / 100) + 1)
        {
            return false;
        }

        if (text.IsEmpty)
        {
            return true;
        }

        var buffer = new byte[text.Length + 1];
        if (!TryDecodeInto(text, buffer, out var written) || written > maxSizeBytes)
        {
            return false;
        }

        bytes = buffer[..written];
        return true;
    }

    // Every log line and every image is full of keys, so theirs is ten times faster than the general one: five digits at a time.
    private static string Encode32(ReadOnlySpan<byte> bytes)
    {
        const int LimbDigits = 5;
        const uint Limb = 58 * 58 * 58 * 58 * 58;
        Span<uint> limbs = stackalloc uint[9];
        limbs.Clear();
        for (var offset = 0; offset < bytes.Length; offset += sizeof(uint))
        {
            ulong carry = BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);
            for (var index = limbs.Length - 1; index >= 0; index--)
            {
                var sum = ((ulong)limbs[index] << 32) + carry;
                carry = sum / Limb;
                limbs[index] = (uint)(sum - (carry * Limb));
            }
        }

        // As many 1 as leading zero bytes, then the digits without their leading zeros.
        var zeros = bytes.IndexOfAnyExcept((byte)0);
        zeros = zeros < 0 ? bytes.Length : zeros;
        Span<char> digits = stackalloc char[Bytes32.SizeBytes + (limbs.Length * LimbDigits)];
        digits[..Bytes32.SizeBytes].Fill(Alphabet[0]);
        var number = digits[Bytes32.SizeBytes..];
        for (var index = 0; index < limbs.Length; index++)
        {
            var limb = limbs[index];
            for (var digit = LimbDigits - 1; digit >= 0; digit--)
            {
                (limb, var rest) = Math.DivRem(limb, 58);
                number[(index * LimbDigits) + digit] = Alphabet[(int)rest];
            }
        }

        var first = number.IndexOfAnyExcept(Alphabet[0]);
        first = first < 0 ? number.Length : first;
        return new(digits[(Bytes32.SizeBytes + first - zeros)..]);
    }

    // SimpleBase 5.6.4 looks characters up in a table for ASCII and throws on any other one.
    private static bool TryDecodeInto(ReadOnlySpan<char> text, Span<byte> buffer, out int written)
    {
        written = 0;
        return System.Text.Ascii.IsValid(text) && SimpleBase.Base58.Bitcoin.TryDecode(text, buffer, out written);
    }
}
