namespace Pond.Store;

/// <summary>Takes blocks and keeps none: for who wants to know a CID alone, whatever the size of the content.</summary>
public sealed class ForgetfulBlockStore : IBlockStore
{
    /// <inheritdoc/>
    public bool Has(Multihash hash) => false;

    /// <inheritdoc/>
    public bool TryGet(Multihash hash, out ReadOnlyMemory<byte> data)
    {
        data = default;
        return false;
    }

    /// <inheritdoc/>
    public void Put(Block block)
    {
        // Its CID is all that is wanted.
    }

    /// <inheritdoc/>
    public bool Delete(Multihash hash) => false;
}
