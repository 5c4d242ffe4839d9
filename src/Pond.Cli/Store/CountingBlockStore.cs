using Pond.Store;

namespace Pond.Cli.Store;

/// <summary>Tells how many bytes of blocks pass through to a store.</summary>
internal sealed class CountingBlockStore(IBlockStore store, Action<long> onBytes) : IBlockStore
{
    public bool Has(Multihash hash) => store.Has(hash);

    public bool TryGet(Multihash hash, out ReadOnlyMemory<byte> data)
    {
        var found = store.TryGet(hash, out data);
        onBytes(data.Length);
        return found;
    }

    public void Put(Block block)
    {
        store.Put(block);
        onBytes(block.Data.Length);
    }

    public bool Delete(Multihash hash) => store.Delete(hash);
}
