using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Pond.Store;

/// <summary>Bytes as text that names its own alphabet by its first character (multibase).</summary>
/// <remarks>
/// Reading is strict: foreign symbols, spare bits that are not zero, and padding that is missing or superfluous are refused,
/// so that one value has one text in each base. Base 16, 32 and 36 are read in either case.
/// </remarks>
public static class Multibase
{
    // Reading base 36 and 58 costs the square of the length; the longest CID there is (an identity of 128 bytes in base 16)
    // has 271 characters.
    private const int MaxTextLength = 1024;

    private const string Lower32 = "abcdefghijklmnopqrstuvwxyz234567";
    private const string Hex32 = "0123456789abcdefghijklmnopqrstuv";
    private const string Lower36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Bitcoin58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const string Plain64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private const string Url64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly Dictionary<MultibaseEncoding, Alphabet> Alphabets = new()
    {
        [MultibaseEncoding.Base16] = new("0123456789abcdef", IgnoresCase: true),
        [MultibaseEncoding.Base16Upper] = new("0123456789ABCDEF", IgnoresCase: true),
        [MultibaseEncoding.Base32] = new(Lower32, IgnoresCase: true),
        [MultibaseEncoding.Base32Upper] = new(Lower32.ToUpperInvariant(), IgnoresCase: true),
        [MultibaseEncoding.Base32Pad] = new(Lower32, IgnoresCase: true, IsPadded: true),
        [MultibaseEncoding.Base32PadUpper] = new(Lower32.ToUpperInvariant(), IgnoresCase: true, IsPadded: true),
        [MultibaseEncoding.Base32Hex] = new(Hex32, IgnoresCase: true),
        [MultibaseEncoding.Base32HexUpper] = new(Hex32.ToUpperInvariant(), IgnoresCase: true),
        [MultibaseEncoding.Base36] = new(Lower36, IgnoresCase: true),
        [MultibaseEncoding.Base36Upper] = new(Lower36.ToUpperInvariant(), IgnoresCase: true),
        [MultibaseEncoding.Base58Btc] = new(Bitcoin58, IgnoresCase: false),
        [MultibaseEncoding.Base64] = new(Plain64, IgnoresCase: false),
        [MultibaseEncoding.Base64Pad] = new(Plain64, IgnoresCase: false, IsPadded: true),
        [MultibaseEncoding.Base64Url] = new(Url64, IgnoresCase: false),
        [MultibaseEncoding.Base64UrlPad] = new(Url64, IgnoresCase: false, IsPadded: true),
    };

    /// <summary>The text of some bytes, with the prefix of its encoding.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="encoding"/> is none of the known ones.</exception>
    public static string Encode(MultibaseEncoding encoding, ReadOnlySpan<byte> bytes) =>
        (char)encoding + EncodeWithoutPrefix(encoding, bytes);

    /// <summary>Reads a text by its prefix; false if the prefix is unknown or the rest is not exactly in its alphabet.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        return !text.IsEmpty && TryDecodeWithoutPrefix((MultibaseEncoding)text[0], text[1..], out bytes);
    }

    /// <summary>The text without the character that names the base, as CIDv0 and file names use it.</summary>
    internal static string EncodeWithoutPrefix(MultibaseEncoding encoding, ReadOnlySpan<byte> bytes)
    {
        if (!Alphabets.TryGetValue(encoding, out var alphabet))
        {
            throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "This encoding is not known.");
        }

        return alphabet.IsPowerOfTwo ? EncodeBits(alphabet, bytes) : EncodeNumber(alphabet, bytes);
    }

    /// <summary>Reads what <see cref="EncodeWithoutPrefix"/> wrote.</summary>
    internal static bool TryDecodeWithoutPrefix(
        MultibaseEncoding encoding, ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length > MaxTextLength || !Alphabets.TryGetValue(encoding, out var alphabet))
        {
            return false;
        }

        bytes = alphabet.IsPowerOfTwo ? DecodeBits(alphabet, text) : DecodeNumber(alphabet, text);
        return bytes is not null;
    }

    private static string EncodeBits(Alphabet alphabet, ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + alphabet.Bits - 1) / alphabet.Bits];
        var written = 0;
        var pending = 0;
        var pendingBits = 0;
        foreach (var current in bytes)
        {
            pending = ((pending & 0xFF) << 8) | current;
            pendingBits += 8;
            while (pendingBits >= alphabet.Bits)
            {
                pendingBits -= alphabet.Bits;
                text[written++] = alphabet.Symbols[(pending >> pendingBits) & alphabet.Mask];
            }
        }

        if (pendingBits > 0)
        {
            text[written] = alphabet.Symbols[(pending << (alphabet.Bits - pendingBits)) & alphabet.Mask];
        }

        var result = new string(text);
        return alphabet.IsPadded ? result.PadRight(RoundUp(text.Length, alphabet.GroupLength), '=') : result;
    }

    private static byte[]? DecodeBits(Alphabet alphabet, ReadOnlySpan<char> text)
    {
        var symbols = alphabet.IsPadded ? text.TrimEnd('=') : text;
        if (alphabet.IsPadded && text.Length != RoundUp(symbols.Length, alphabet.GroupLength))
        {
            return null;
        }

        var bytes = new byte[symbols.Length * alphabet.Bits / 8];
        var written = 0;
        var pending = 0;
        var pendingBits = 0;
        foreach (var symbol in symbols)
        {
            var value = alphabet.ValueOf(symbol);
            if (value < 0)
            {
                return null;
            }

            pending = ((pending & 0xFF) << alphabet.Bits) | value;
            pendingBits += alphabet.Bits;
            if (pendingBits >= 8)
            {
                pendingBits -= 8;
                bytes[written++] = (byte)((pending >> pendingBits) & 0xFF);
            }
        }

        // A whole symbol to spare carries nothing, and bits to spare must be zero: otherwise one value had several texts.
        return pendingBits >= alphabet.Bits || (pending & ((1 << pendingBits) - 1)) != 0 ? null : bytes;
    }

    private static string EncodeNumber(Alphabet alphabet, ReadOnlySpan<byte> bytes)
    {
        var zeros = LeadingZeros(bytes);
        var rest = bytes[zeros..].ToArray();
        var digits = new Stack<char>();
        while (rest.Length > 0)
        {
            var remainder = 0;
            for (var index = 0; index < rest.Length; index++)
            {
                var value = (remainder << 8) | rest[index];
                rest[index] = (byte)(value / alphabet.Symbols.Length);
                remainder = value % alphabet.Symbols.Length;
            }

            digits.Push(alphabet.Symbols[remainder]);
            rest = rest[LeadingZeros(rest)..];
        }

        return new string(alphabet.Symbols[0], zeros) + string.Concat(digits);
    }

    private static byte[]? DecodeNumber(Alphabet alphabet, ReadOnlySpan<char> text)
    {
        var zeros = 0;
        while (zeros < text.Length && text[zeros] == alphabet.Symbols[0])
        {
            zeros++;
        }

        var number = BigInteger.Zero;
        foreach (var symbol in text[zeros..])
        {
            var value = alphabet.ValueOf(symbol);
            if (value < 0)
            {
                return null;
            }

            number = (number * alphabet.Symbols.Length) + value;
        }

        byte[] rest = number.IsZero ? [] : number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[zeros], .. rest];
    }

    private static int LeadingZeros(ReadOnlySpan<byte> bytes)
    {
        var zeros = bytes.IndexOfAnyExcept((byte)0);
        return zeros < 0 ? bytes.Length : zeros;
    }

    private static int RoundUp(int value, int step) => (value + step - 1) / step * step;

    private sealed record Alphabet(string Symbols, bool IgnoresCase, bool IsPadded = false)
    {
        internal bool IsPowerOfTwo => BitOperations.IsPow2(Symbols.Length);

        internal int Bits { get; } = BitOperations.Log2((uint)Symbols.Length);

        internal int Mask => Symbols.Length - 1;

        /// <summary>After how many symbols the text meets the border of a byte: 2, 8 or 4.</summary>
        internal int GroupLength => Bits == 5 ? 8 : Bits == 6 ? 4 : 2;

        internal int ValueOf(char symbol) =>
            Symbols.AsSpan().IndexOf([symbol], IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal) is var value
                && char.IsAscii(symbol)
                ? value
                : -1;
    }
}
