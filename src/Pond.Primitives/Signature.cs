using System.Diagnostics.CodeAnalysis;
using Pond.Primitives.Encoding;

namespace Pond.Primitives;

/// <summary>An Ed25519 signature, R then S (RFC 8032). The first one of a transaction is the transaction's id.</summary>
/// <remarks>The <c>default</c> value, all zero, is what clients write for "not signed yet"; it verifies for no key.</remarks>
public readonly record struct Signature(Bytes32 R, Bytes32 S)
{
    /// <summary>The size in binary.</summary>
    public const int SizeBytes = 2 * Bytes32.SizeBytes;

    /// <summary>Copies the bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 64 bytes long.</exception>
    public Signature(ReadOnlySpan<byte> bytes)
        : this(
            bytes.Length == SizeBytes
                ? new Bytes32(bytes[..Bytes32.SizeBytes])
                : throw new ArgumentException($"Expected {SizeBytes} bytes, got {bytes.Length}.", nameof(bytes)),
            new Bytes32(bytes[Bytes32.SizeBytes..]))
    {
    }

    /// <summary>Writes the 64 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        R.CopyTo(destination);
        S.CopyTo(destination[Bytes32.SizeBytes..]);
    }

    /// <summary>A new array with the 64 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SizeBytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The base58 text, 64 to 88 characters.</summary>
    public override string ToString() => Base58.Encode(ToArray());

    /// <summary>Reads a base58 text.</summary>
    /// <exception cref="FormatException">The text is not base58, or does not hold 64 bytes.</exception>
    public static Signature Parse(string text) =>
        TryParse(text, out var result)
            ? result
            : throw new FormatException($"'{text}' is no signature: expected base58 text of 64 bytes, 64 to 88 characters.");

    /// <summary>Reads a base58 text; false if it is not base58 or does not hold 64 bytes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Signature result)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        if (!Base58.TryDecodeExactly(text, bytes))
        {
            result = default;
            return false;
        }

        result = new(bytes);
        return true;
    }
}
