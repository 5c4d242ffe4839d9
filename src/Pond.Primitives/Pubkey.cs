using System.Diagnostics.CodeAnalysis;
using Pond.Primitives.Encoding;

namespace Pond.Primitives;

/// <summary>An account's address: an Ed25519 public key, or a derived address that no key signs for.</summary>
/// <remarks>The <c>default</c> value is the address of the System program, as on the wire.</remarks>
public readonly record struct Pubkey(Bytes32 Bytes) : IComparable<Pubkey>, ISpanParsable<Pubkey>
{
    /// <summary>The size in binary.</summary>
    public const int SizeBytes = Bytes32.SizeBytes;

    /// <summary>Copies the bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 32 bytes long.</exception>
    public Pubkey(ReadOnlySpan<byte> bytes)
        : this(new Bytes32(bytes))
    {
    }

    /// <summary>Whether all bytes are zero, as in a <c>default</c> value.</summary>
    public bool IsZero => Bytes == default;

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => Bytes.CopyTo(destination);

    /// <summary>A new array with the 32 bytes.</summary>
    public byte[] ToArray() => Bytes.ToArray();

    /// <summary>Byte order, not the order of the texts.</summary>
    public int CompareTo(Pubkey other) => Bytes.CompareTo(other.Bytes);

    /// <summary>The base58 text, 32 to 44 characters.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        Bytes.CopyTo(bytes);
        return Base58.Encode(bytes);
    }

    /// <summary>Reads a base58 text.</summary>
    /// <exception cref="FormatException">The text is not base58, or does not hold 32 bytes.</exception>
    public static Pubkey Parse(string text) => Parse(text, provider: null);

    /// <inheritdoc cref="Parse(string)"/>
    public static Pubkey Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc cref="Parse(string)"/>
    public static Pubkey Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var result)
            ? result
            : throw new FormatException($"'{s}' is no public key: expected base58 text of 32 bytes, 32 to 44 characters.");

    /// <summary>Reads a base58 text; false if it is not base58 or does not hold 32 bytes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Pubkey result) => TryParse(text, provider: null, out result);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Pubkey result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Pubkey result)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        if (!Base58.TryDecodeExactly(s, bytes))
        {
            result = default;
            return false;
        }

        result = new(bytes);
        return true;
    }
}
