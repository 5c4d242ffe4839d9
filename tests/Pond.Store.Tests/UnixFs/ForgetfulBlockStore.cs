namespace Pond.Store.Tests.UnixFs;

/// <summary>Takes blocks and keeps none: enough to learn a root, whatever the size.</summary>
internal sealed class ForgetfulBlockStore : IBlockStore
{
    public bool Has(Multihash hash) => false;

    public bool TryGet(Multihash hash, out ReadOnlyMemory<byte> data)
    {
        data = default;
        return false;
    }

    public void Put(Block block)
    {
    }

    public bool Delete(Multihash hash) => false;
}
