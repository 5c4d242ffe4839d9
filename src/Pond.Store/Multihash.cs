using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pond.Store;

/// <summary>A digest that names its function: what a block is kept and looked up by (multihash).</summary>
/// <remarks>
/// A value for dictionaries and sorted sets, ordered by its bytes. The <c>default</c> value is no hash: it equals only itself
/// and has no bytes. Digests of functions that are not known here are carried, but nothing can be verified by them.
/// </remarks>
public readonly struct Multihash : IEquatable<Multihash>, IComparable<Multihash>
{
    /// <summary>The code of sha2-256, the function of every block that is written here.</summary>
    public const ulong Sha256Code = 0x12;

    /// <summary>The code of sha2-512.</summary>
    public const ulong Sha512Code = 0x13;

    /// <summary>The code of the identity function, whose digest is the data itself.</summary>
    public const ulong IdentityCode = 0x00;

    /// <summary>The longest digest, of any function.</summary>
    public const int MaxDigestBytes = 128;

    private readonly byte[]? _bytes;
    private readonly byte _digestOffset;

    private Multihash(byte[] bytes, ulong code, int digestOffset)
    {
        _bytes = bytes;
        Code = code;
        _digestOffset = (byte)digestOffset;
    }

    /// <summary>The function's code in the multicodec table.</summary>
    public ulong Code { get; }

    /// <summary>Whether this is the <c>default</c> value.</summary>
    public bool IsDefault => _bytes is null;

    /// <summary>Whether the digest is the data.</summary>
    public bool IsIdentity => Code == IdentityCode && !IsDefault;

    /// <summary>The digest alone.</summary>
    public ReadOnlyMemory<byte> Digest => _bytes.AsMemory(_digestOffset);

    /// <summary>The binary form: code, digest length, digest.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The sha2-256 hash of some data.</summary>
    public static Multihash Sha256(ReadOnlySpan<byte> data)
    {
        var bytes = new byte[2 + SHA256.HashSizeInBytes];
        bytes[0] = (byte)Sha256Code;
        bytes[1] = SHA256.HashSizeInBytes;
        SHA256.HashData(data, bytes.AsSpan(2));
        return new(bytes, Sha256Code, digestOffset: 2);
    }

    /// <summary>The hash that holds the data itself.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxDigestBytes"/> bytes.</exception>
    public static Multihash Identity(ReadOnlySpan<byte> data)
    {
        if (data.Length > MaxDigestBytes)
        {
            throw new ArgumentException($"An identity hash holds at most {MaxDigestBytes} bytes, not {data.Length}.", nameof(data));
        }

        Span<byte> bytes = stackalloc byte[1 + Varint.MaxSizeBytes + MaxDigestBytes];
        bytes[0] = (byte)IdentityCode;
        var offset = 1 + Varint.Write(bytes[1..], (ulong)data.Length);
        data.CopyTo(bytes[offset..]);
        return new(bytes[..(offset + data.Length)].ToArray(), IdentityCode, offset);
    }

    /// <summary>Reads the hash at the start of <paramref name="source"/>.</summary>
    /// <returns>
    /// False if the bytes end early, a varint is not in its shortest form, the digest is longer than
    /// <see cref="MaxDigestBytes"/>, or a digest of sha2 does not have the length of its function.
    /// </returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out Multihash hash, out int bytesRead)
    {
        hash = default;
        bytesRead = 0;
        if (!Varint.TryRead(source, out var code, out var codeBytes)
            || !Varint.TryRead(source[codeBytes..], out var length, out var lengthBytes)
            || length > MaxDigestBytes
            || source.Length - codeBytes - lengthBytes < (int)length
            || (code == Sha256Code && length != SHA256.HashSizeInBytes)
            || (code == Sha512Code && length != SHA512.HashSizeInBytes))
        {
            return false;
        }

        bytesRead = codeBytes + lengthBytes + (int)length;
        hash = new(source[..bytesRead].ToArray(), code, codeBytes + lengthBytes);
        return true;
    }

    /// <summary>Reads a hash that fills <paramref name="source"/> exactly; see <see cref="TryRead"/>.</summary>
    public static bool TryReadExactly(ReadOnlySpan<byte> source, out Multihash hash) =>
        TryRead(source, out hash, out var bytesRead) && bytesRead == source.Length;

    /// <summary>Whether <see cref="Matches"/> can judge data by this hash: sha2-256, sha2-512 and identity.</summary>
    public bool IsVerifiable => !IsDefault && Code is Sha256Code or Sha512Code or IdentityCode;

    /// <summary>Whether this is the hash of <paramref name="data"/>; false where the function is not known.</summary>
    public bool Matches(ReadOnlySpan<byte> data)
    {
        if (IsDefault)
        {
            return false;
        }

        switch (Code)
        {
            case Sha256Code:
                Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
                SHA256.HashData(data, sha256);
                return sha256.SequenceEqual(Digest.Span);
            case Sha512Code:
                Span<byte> sha512 = stackalloc byte[SHA512.HashSizeInBytes];
                SHA512.HashData(data, sha512);
                return sha512.SequenceEqual(Digest.Span);
            case IdentityCode:
                return data.SequenceEqual(Digest.Span);
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(Multihash other) =>
        IsDefault == other.IsDefault && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Multihash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // The end of a digest is as good as random. An attacker who grinds colliding ends slows a dictionary down; he could
        // as well send more blocks.
        var digest = Digest.Span;
        return digest.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(digest[^sizeof(int)..]) : digest.Length;
    }

    /// <summary>The order of the bytes.</summary>
    public int CompareTo(Multihash other) => _bytes.AsSpan().SequenceCompareTo(other._bytes);

    /// <summary>The binary form in base 58, the usual text of a multihash; empty for <c>default</c>.</summary>
    public override string ToString() => Multibase.EncodeWithoutPrefix(MultibaseEncoding.Base58Btc, _bytes);

    /// <summary>Equality by value.</summary>
    public static bool operator ==(Multihash left, Multihash right) => left.Equals(right);

    /// <summary>Inequality by value.</summary>
    public static bool operator !=(Multihash left, Multihash right) => !left.Equals(right);
}
