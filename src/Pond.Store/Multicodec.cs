namespace Pond.Store;

/// <summary>The codecs that a CID may name, by their codes in the multicodec table.</summary>
public static class Multicodec
{
    /// <summary>Plain bytes without links.</summary>
    public const ulong Raw = 0x55;

    /// <summary>The node with named links that UnixFS builds on.</summary>
    public const ulong DagPb = 0x70;

    /// <summary>CBOR with links. Carried as a block; its links are not followed here.</summary>
    public const ulong DagCbor = 0x71;

    /// <summary>JSON with links. Carried as a block; its links are not followed here.</summary>
    public const ulong DagJson = 0x0129;

    /// <summary>A libp2p public key, as in IPNS names.</summary>
    public const ulong Libp2pKey = 0x72;
}
