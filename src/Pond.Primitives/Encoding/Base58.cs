using System.Buffers.Binary;

namespace Pond.Primitives.Encoding;

/// <summary>Base58 with the Bitcoin alphabet: the text form of keys, hashes and signatures.</summary>
public static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private const int LimbDigits = 5;
    private const uint Limb = 58 * 58 * 58 * 58 * 58;
    private const byte NoDigit = byte.MaxValue;
    private static readonly byte[] Digits = MakeDigits();

    /// <summary>The text of some bytes. Every leading zero byte is one leading <c>1</c>.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) =>
        IsOfWords(bytes.Length) ? EncodeWords(bytes) : SimpleBase.Base58.Bitcoin.Encode(bytes);

    /// <summary>Writes the text of a key, a hash or a signature in UTF-8.</summary>
    /// <param name="bytes">The 32 or 64 bytes.</param>
    /// <param name="destination">Where to; 44 or 88 bytes are enough.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentException">There are neither 32 nor 64 bytes, or the text does not fit.</exception>
    public static int EncodeUtf8(ReadOnlySpan<byte> bytes, Span<byte> destination) =>
        IsOfWords(bytes.Length)
            ? EncodeWords(bytes, destination)
            : throw new ArgumentException("Only keys, hashes and signatures have a base58 text here.", nameof(bytes));

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

        if (IsOfWords(destination.Length))
        {
            return TryDecodeWords(text, destination);
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

    // Every log line, image and answer is full of keys and signatures, so theirs is ten times faster than the general one: five digits at a time.
    private static string EncodeWords(ReadOnlySpan<byte> bytes)
    {
        Span<byte> text = stackalloc byte[Signature.SizeBytes * 2];
        return System.Text.Encoding.ASCII.GetString(text[..EncodeWords(bytes, text)]);
    }

    private static int EncodeWords(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        Span<uint> limbs = stackalloc uint[LimbsOf(bytes.Length)];
        limbs.Clear();
        // The limbs in front of this one are still zero: half of all the work.
        var used = limbs.Length;
        for (var offset = 0; offset < bytes.Length; offset += sizeof(uint))
        {
            ulong carry = BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);
            var index = limbs.Length - 1;
            for (; index >= used || carry > 0; index--)
            {
                var sum = ((ulong)limbs[index] << 32) + carry;
                carry = sum / Limb;
                limbs[index] = (uint)(sum - (carry * Limb));
            }

            used = index + 1;
        }

        // As many 1 as leading zero bytes, then the digits without their leading zeros.
        var zeros = bytes.IndexOfAnyExcept((byte)0);
        zeros = zeros < 0 ? bytes.Length : zeros;
        Span<byte> digits = stackalloc byte[bytes.Length + (limbs.Length * LimbDigits)];
        digits[..bytes.Length].Fill((byte)Alphabet[0]);
        var number = digits[bytes.Length..];
        for (var index = 0; index < limbs.Length; index++)
        {
            var limb = limbs[index];
            for (var digit = LimbDigits - 1; digit >= 0; digit--)
            {
                (limb, var rest) = Math.DivRem(limb, 58);
                number[(index * LimbDigits) + digit] = (byte)Alphabet[(int)rest];
            }
        }

        var first = number.IndexOfAnyExcept((byte)Alphabet[0]);
        first = first < 0 ? number.Length : first;
        var text = digits[(bytes.Length + first - zeros)..];
        text.CopyTo(destination);
        return text.Length;
    }

    // The same way back.
    private static bool TryDecodeWords(ReadOnlySpan<char> text, Span<byte> destination)
    {
        Span<uint> words = stackalloc uint[destination.Length / sizeof(uint)];
        words.Clear();
        for (var offset = 0; offset < text.Length; offset += LimbDigits)
        {
            var part = text[offset..Math.Min(offset + LimbDigits, text.Length)];
            var (factor, carry) = (1UL, 0UL);
            foreach (var character in part)
            {
                var digit = character < Digits.Length ? Digits[character] : NoDigit;
                if (digit == NoDigit)
                {
                    return false;
                }

                factor *= 58;
                carry = (carry * 58) + digit;
            }

            for (var index = words.Length - 1; index >= 0; index--)
            {
                carry += words[index] * factor;
                words[index] = unchecked((uint)carry);
                carry >>= 32;
            }

            if (carry > 0)
            {
                return false;
            }
        }

        for (var index = 0; index < words.Length; index++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[(index * sizeof(uint))..], words[index]);
        }

        // Each leading 1 is a zero byte, and there is no other way to write one.
        var zeros = destination.IndexOfAnyExcept((byte)0);
        var ones = text.IndexOfAnyExcept(Alphabet[0]);
        return (zeros < 0 ? destination.Length : zeros) == (ones < 0 ? text.Length : ones);
    }

    private static bool IsOfWords(int sizeBytes) => sizeBytes is Bytes32.SizeBytes or Signature.SizeBytes;

    // 256 bits need 44 digits, 512 need 88.
    private static int LimbsOf(int sizeBytes) => sizeBytes == Bytes32.SizeBytes ? 9 : 18;

    private static byte[] MakeDigits()
    {
        var digits = new byte[128];
        Array.Fill(digits, NoDigit);
        for (var digit = 0; digit < Alphabet.Length; digit++)
        {
            digits[Alphabet[digit]] = (byte)digit;
        }

        return digits;
    }

    // SimpleBase 5.6.4 looks characters up in a table for ASCII and throws on any other one.
    private static bool TryDecodeInto(ReadOnlySpan<char> text, Span<byte> buffer, out int written)
    {
        written = 0;
        return System.Text.Ascii.IsValid(text) && SimpleBase.Base58.Bitcoin.TryDecode(text, buffer, out written);
    }
}
