using System.Collections.Concurrent;

namespace Pond.Store;

/// <summary>Keeps blocks in memory, for tests, simulations and content that is only being looked at.</summary>
public sealed class MemoryBlockStore : IBlockStore
{
    private readonly ConcurrentDictionary<Multihash, byte[]> _blocks = new();

    /// <summary>How many blocks are kept.</summary>
    public int Count => _blocks.Count;

    /// <summary>How many bytes they have together.</summary>
    public long TotalBytes => _blocks.Sum(block => (long)block.Value.Length);

    /// <inheritdoc/>
    public bool Has(Multihash hash) => _blocks.ContainsKey(hash);

    /// <inheritdoc/>
    public bool TryGet(Multihash hash, out ReadOnlyMemory<byte> data)
    {
        var found = _blocks.TryGetValue(hash, out var bytes);
        data = bytes;
        return found;
    }

    /// <inheritdoc/>
    public void Put(Block block)
    {
        if (!block.Cid.Hash.IsIdentity && !_blocks.ContainsKey(block.Cid.Hash))
        {
            _blocks.TryAdd(block.Cid.Hash, block.Data.ToArray());
        }
    }

    /// <inheritdoc/>
    public bool Delete(Multihash hash) => _blocks.TryRemove(hash, out _);
}
