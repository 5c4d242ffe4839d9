using System.Diagnostics.CodeAnalysis;

namespace Pond.Store;

/// <summary>The name of a block: how to read it (codec) and what its bytes hash to (CID, versions 0 and 1).</summary>
/// <remarks>
/// A value for dictionaries. Two CIDs are equal if version, codec and hash are; <c>Qm...</c> and <c>bafybei...</c> with one
/// digest are different CIDs of one block. The <c>default</c> value is no CID: it is never read, and cannot be looked up.
/// </remarks>
public readonly struct Cid : IEquatable<Cid>, ISpanParsable<Cid>
{
    private const int Version0Length = 46;

    private Cid(int version, ulong codec, Multihash hash)
    {
        Version = version;
        Codec = codec;
        Hash = hash;
    }

    /// <summary>0 or 1.</summary>
    public int Version { get; }

    /// <summary>One of <see cref="Multicodec"/>, or a code that is not known here. Always dag-pb in version 0.</summary>
    public ulong Codec { get; }

    /// <summary>The block's hash, by which stores keep it.</summary>
    public Multihash Hash { get; }

    /// <summary>Whether this is the <c>default</c> value.</summary>
    public bool IsDefault => Hash.IsDefault;

    /// <summary>The size of the binary form.</summary>
    public int SizeBytes => Version == 0 ? Hash.Bytes.Length : 1 + Varint.SizeOf(Codec) + Hash.Bytes.Length;

    /// <summary>A CID of version 0.</summary>
    /// <exception cref="ArgumentException"><paramref name="hash"/> is not sha2-256.</exception>
    public static Cid V0(Multihash hash) =>
        hash.Code == Multihash.Sha256Code
            ? new(version: 0, Multicodec.DagPb, hash)
            : throw new ArgumentException($"A CID of version 0 has a sha2-256 hash, not one of code 0x{hash.Code:x}.", nameof(hash));

    /// <summary>A CID of version 1.</summary>
    /// <exception cref="ArgumentException"><paramref name="hash"/> is the <c>default</c> value.</exception>
    public static Cid V1(ulong codec, Multihash hash) =>
        hash.IsDefault ? throw new ArgumentException("There is no hash.", nameof(hash)) : new(version: 1, codec, hash);

    /// <summary>The same block's CID in version 1.</summary>
    public Cid ToV1() => IsDefault ? this : new(version: 1, Codec, Hash);

    /// <summary>The same block's CID in version 0; false if it has none, which only dag-pb with sha2-256 has.</summary>
    public bool TryToV0(out Cid cid)
    {
        cid = Codec == Multicodec.DagPb && Hash.Code == Multihash.Sha256Code ? V0(Hash) : default;
        return !cid.IsDefault;
    }

    /// <summary>The data of a CID that holds its block in itself; false for all others.</summary>
    public bool TryGetInlineData(out ReadOnlyMemory<byte> data)
    {
        data = Hash.IsIdentity ? Hash.Digest : default;
        return Hash.IsIdentity;
    }

    /// <summary>Writes the binary form to the start of <paramref name="destination"/>, which takes <see cref="SizeBytes"/>.</summary>
    /// <returns>How many bytes were written.</returns>
    public int Write(Span<byte> destination)
    {
        var written = 0;
        if (Version == 1)
        {
            destination[written++] = 1;
            written += Varint.Write(destination[written..], Codec);
        }

        Hash.Bytes.Span.CopyTo(destination[written..]);
        return written + Hash.Bytes.Length;
    }

    /// <summary>The binary form in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SizeBytes];
        Write(bytes);
        return bytes;
    }

    /// <summary>Reads the binary CID at the start of <paramref name="source"/>; false if there is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out Cid cid, out int bytesRead)
    {
        cid = default;
        bytesRead = 0;
        // A bare sha2-256 multihash is a CID of version 0; 0x12 is no version and will never be one.
        if (source is [(byte)Multihash.Sha256Code, ..])
        {
            if (!Multihash.TryRead(source, out var bare, out bytesRead))
            {
                return false;
            }

            cid = V0(bare);
            return true;
        }

        if (source is not [1, ..]
            || !Varint.TryRead(source[1..], out var codec, out var codecBytes)
            || !Multihash.TryRead(source[(1 + codecBytes)..], out var hash, out var hashBytes))
        {
            return false;
        }

        cid = new(version: 1, codec, hash);
        bytesRead = 1 + codecBytes + hashBytes;
        return true;
    }

    /// <summary>Reads a binary CID that fills <paramref name="source"/> exactly.</summary>
    public static bool TryReadExactly(ReadOnlySpan<byte> source, out Cid cid) =>
        TryRead(source, out cid, out var bytesRead) && bytesRead == source.Length;

    /// <summary>The text in a base of the caller's choice.</summary>
    /// <exception cref="InvalidOperationException">Version 0 has a text in base 58 only; see <see cref="ToV1"/>.</exception>
    public string ToString(MultibaseEncoding encoding) =>
        Version == 1
            ? Multibase.Encode(encoding, ToArray())
            : throw new InvalidOperationException("A CID of version 0 is written in base 58 without a prefix.");

    /// <summary>The usual text: base 58 for version 0, base 32 for version 1, empty for <c>default</c>.</summary>
    public override string ToString() =>
        IsDefault ? ""
        : Version == 0 ? Multibase.EncodeWithoutPrefix(MultibaseEncoding.Base58Btc, Hash.Bytes.Span)
        : Multibase.Encode(MultibaseEncoding.Base32, ToArray());

    /// <summary>Reads a text: 46 characters that start with <c>Qm</c>, or version 1 in any base of <see cref="Multibase"/>.</summary>
    /// <exception cref="FormatException">The text is no CID.</exception>
    public static Cid Parse(string text) => Parse(text, provider: null);

    /// <inheritdoc cref="Parse(string)"/>
    public static Cid Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc cref="Parse(string)"/>
    public static Cid Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var result)
            ? result
            : throw new FormatException(
                $"'{s}' is no CID: expected text such as 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', or 46 "
                + "characters that start with 'Qm'.");

    /// <summary>Reads a text; false if it is no CID.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Cid result) => TryParse(text, provider: null, out result);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Cid result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Cid result)
    {
        result = default;
        if (s.Length == Version0Length && s.StartsWith("Qm", StringComparison.Ordinal))
        {
            return Multibase.TryDecodeWithoutPrefix(MultibaseEncoding.Base58Btc, s, out var bare)
                && TryReadExactly(bare, out result);
        }

        // Version 0 has no text with a prefix, so what decodes to one is refused.
        return Multibase.TryDecode(s, out var bytes) && bytes is [1, ..] && TryReadExactly(bytes, out result);
    }

    /// <inheritdoc/>
    public bool Equals(Cid other) => Version == other.Version && Codec == other.Codec && Hash == other.Hash;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Cid other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Version, Codec, Hash);

    /// <summary>Equality by value.</summary>
    public static bool operator ==(Cid left, Cid right) => left.Equals(right);

    /// <summary>Inequality by value.</summary>
    public static bool operator !=(Cid left, Cid right) => !left.Equals(right);
}
