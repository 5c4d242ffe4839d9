namespace Pond.Primitives.Encoding;

/// <summary>Base58 with the Bitcoin alphabet: the text form of keys, hashes and signatures.</summary>
public static class Base58
{
    /// <summary>The text of some bytes. Every leading zero byte is one leading <c>1</c>.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => SimpleBase.Base58.Bitcoin.Encode(bytes);

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

        if (!SimpleBase.Base58.Bitcoin.TryDecode(text, buffer, out var written) || written != destination.Length)
        {
            return false;
        }

        buffer[..written].CopyTo(destination);
        return true;
    }
}
