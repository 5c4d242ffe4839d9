using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Pond.Primitives.Encoding;

namespace Pond.Ledger.Tasks;

/// <summary>A key's base58 text in UTF-8, held by value: images and events are full of keys, and strings of them would be most of the work.</summary>
internal readonly struct KeyText
{
    private readonly Bytes _bytes;
    private readonly byte _length;

    internal KeyText(Pubkey key)
    {
        Span<byte> bytes = stackalloc byte[Pubkey.SizeBytes];
        key.CopyTo(bytes);
        _length = (byte)Base58.EncodeUtf8(bytes, _bytes);
    }

    /// <summary>How many characters it has, which are as many bytes: 32 to 44.</summary>
    internal int Length => _length;

    /// <summary>With how many 1 it begins: as many as the key has zero bytes in front.</summary>
    internal int LeadingOnes => Utf8.IndexOfAnyExcept((byte)'1') is >= 0 and var index ? index : _length;

    /// <summary>The text.</summary>
    [UnscopedRef]
    internal ReadOnlySpan<byte> Utf8 => ((ReadOnlySpan<byte>)_bytes)[.._length];

    /// <inheritdoc/>
    public override string ToString() => System.Text.Encoding.ASCII.GetString(Utf8);

    [InlineArray(44)]
    private struct Bytes
    {
        private byte _first;
    }
}
