namespace Pond.Store;

/// <summary>A place that keeps blocks by their hash. Implementations are safe for use by several threads.</summary>
/// <remarks>
/// The key is the multihash and not the CID: CIDs that differ in version or codec alone name the same bytes. Blocks whose CID
/// holds the data itself (identity) are never kept; readers take them from the CID, see <see cref="BlockStoreReading.Read"/>.
/// </remarks>
public interface IBlockStore
{
    /// <summary>Whether the block is here.</summary>
    bool Has(Multihash hash);

    /// <summary>The block's bytes; false if it is not here.</summary>
    bool TryGet(Multihash hash, out ReadOnlyMemory<byte> data);

    /// <summary>Keeps a block. Putting what is here already changes nothing.</summary>
    /// <remarks>The store does not hold on to <see cref="Block.Data"/>: it has copied or written it when this returns.</remarks>
    void Put(Block block);

    /// <summary>Forgets a block.</summary>
    /// <returns>Whether it was here.</returns>
    bool Delete(Multihash hash);
}
