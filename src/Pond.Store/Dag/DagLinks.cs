using Pond.Primitives;

namespace Pond.Store.Dag;

/// <summary>The links out of a block.</summary>
public static class DagLinks
{
    /// <summary>What a block links to, in its order; nothing for raw blocks.</summary>
    /// <exception cref="PondException">
    /// <c>block-malformed</c>: the bytes are not of the CID's codec. <c>codec-unsupported</c>: neither raw nor dag-pb.
    /// </exception>
    public static IReadOnlyList<Cid> Of(Cid cid, ReadOnlyMemory<byte> block) => cid.Codec switch
    {
        Multicodec.Raw => [],
        Multicodec.DagPb => [.. NodeOf(cid, block).Links.Select(link => link.Cid)],
        _ => throw StoreErrors.UnsupportedCodec(cid),
    };

    /// <summary>Reads a dag-pb node strictly.</summary>
    /// <exception cref="PondException"><c>block-malformed</c></exception>
    public static PbNode NodeOf(Cid cid, ReadOnlyMemory<byte> block)
    {
        try
        {
            return PbNode.Parse(block);
        }
        catch (FormatException cause)
        {
            throw StoreErrors.Malformed(cid, cause.Message, cause);
        }
    }
}
