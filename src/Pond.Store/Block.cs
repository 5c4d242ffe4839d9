using Pond.Primitives;

namespace Pond.Store;

/// <summary>Bytes and the CID that they were hashed against: there is no way to make one that does not match.</summary>
/// <remarks>
/// That makes <see cref="IBlockStore.Put"/> safe without a second hash. The bytes belong to whoever made the block, and may be
/// reused by him once the call that got the block has returned.
/// </remarks>
public sealed class Block
{
    /// <summary>The largest block that is accepted or produced: 2 MiB, as all of IPFS has it.</summary>
    public const int MaxSizeBytes = 2 * 1024 * 1024;

    private Block(Cid cid, ReadOnlyMemory<byte> data)
    {
        Cid = cid;
        Data = data;
    }

    /// <summary>The block's name.</summary>
    public Cid Cid { get; }

    /// <summary>The block's bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Names some bytes by their sha2-256 hash.</summary>
    /// <param name="cidVersion">0 or 1; version 0 only with dag-pb.</param>
    /// <param name="codec">One of <see cref="Multicodec"/>.</param>
    /// <param name="data">At most <see cref="MaxSizeBytes"/>.</param>
    /// <exception cref="ArgumentException">The bytes are too many, or version 0 was asked for another codec.</exception>
    public static Block Create(int cidVersion, ulong codec, ReadOnlyMemory<byte> data)
    {
        if (data.Length > MaxSizeBytes)
        {
            throw new ArgumentException($"A block has at most {MaxSizeBytes} bytes, not {data.Length}.", nameof(data));
        }

        if (cidVersion != 1 && (cidVersion != 0 || codec != Multicodec.DagPb))
        {
            throw new ArgumentException($"Codec 0x{codec:x} has no CID of version {cidVersion}.", nameof(cidVersion));
        }

        var hash = Multihash.Sha256(data.Span);
        return new(cidVersion == 0 ? Cid.V0(hash) : Cid.V1(codec, hash), data);
    }

    /// <summary>Checks bytes from elsewhere against the CID under which they were asked for.</summary>
    /// <exception cref="PondException">
    /// <c>block-too-large</c>, <c>hash-unsupported</c> (the function is not known, so nothing can be believed), or
    /// <c>block-mismatch</c> (these are not the bytes of that CID).
    /// </exception>
    public static Block Verify(Cid cid, ReadOnlyMemory<byte> data)
    {
        if (data.Length > MaxSizeBytes)
        {
            throw new PondException(
                "block-too-large",
                $"Block {cid} has more than {MaxSizeBytes} bytes.",
                "Ask its author to add the content again in smaller blocks.");
        }

        if (!cid.Hash.IsVerifiable)
        {
            throw new PondException(
                "hash-unsupported",
                $"Block {cid} cannot be verified: hash function 0x{cid.Hash.Code:x} is not known here.",
                "Ask its author to add the content again with sha2-256.");
        }

        return cid.Hash.Matches(data.Span)
            ? new(cid, data)
            : throw new PondException(
                "block-mismatch",
                $"The {data.Length} bytes received for block {cid} hash to something else.",
                "Fetch the block from another source; this one lies or is damaged.",
                isTransient: true);
    }
}
