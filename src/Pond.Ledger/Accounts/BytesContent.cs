using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Pond.Ledger.Accounts;

/// <summary>Plain bytes.</summary>
internal sealed record BytesContent(ImmutableArray<byte> Bytes) : AccountContent
{
    internal static readonly BytesContent Empty = new([]);

    // Most accounts hold nothing but lamports.
    private static readonly Hash EmptyDigest = new(SHA256.HashData([]));

    internal override bool IsEmpty => Bytes.IsEmpty;

    internal override ulong SizeBytes => (ulong)Bytes.Length;

    internal bool IsAllZero => Bytes.AsSpan().IndexOfAnyExcept((byte)0) < 0;

    internal override Hash Digest() => Bytes.IsEmpty ? EmptyDigest : new(SHA256.HashData(Bytes.AsSpan()));

    internal override Bytes32? Head
    {
        get
        {
            Span<byte> head = stackalloc byte[Bytes32.SizeBytes];
            head.Clear();
            Bytes.AsSpan()[..Math.Min(Bytes.Length, head.Length)].CopyTo(head);
            return new(head);
        }
    }

    internal override ImmutableArray<byte> Render(Slot slot) => Bytes;
}
