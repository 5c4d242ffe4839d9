using Pond.Primitives;

namespace Pond.Store;

/// <summary>Reading by CID from a store that keeps blocks by hash.</summary>
public static class BlockStoreReading
{
    /// <summary>The block's bytes, from the store or from the CID itself.</summary>
    /// <exception cref="PondException"><c>block-missing</c>: the store does not have it.</exception>
    public static ReadOnlyMemory<byte> Read(this IBlockStore store, Cid cid) =>
        cid.TryGetInlineData(out var data) || store.TryGet(cid.Hash, out data) ? data : throw StoreErrors.Missing(cid);

    /// <summary>Whether <see cref="Read"/> would find the block.</summary>
    public static bool Contains(this IBlockStore store, Cid cid) => cid.Hash.IsIdentity || store.Has(cid.Hash);
}
