using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content;

/// <summary>Adds content for one owner: holds the store meanwhile, and counts every new block against the owner's quota before it is written.</summary>
/// <remarks>Dispose of it when the content is pinned, or will not be. Blocks that were put and not pinned are garbage then.</remarks>
public sealed class ContentWriter : IBlockStore, IDisposable
{
    private readonly ContentStore _store;
    private readonly IDisposable _hold;
    private readonly long? _limit;
    private readonly Lock _gate = new();
    private readonly long _pinnedBefore;
    private bool _isDisposed;

    internal ContentWriter(ContentStore store, string owner, long? limit)
    {
        _store = store;
        Owner = owner;
        _limit = limit;
        _pinnedBefore = limit is null ? 0 : store.PinnedBytesOf(owner);
        _hold = store.Blocks.Hold();
    }

    /// <summary>For whom content is added.</summary>
    public string Owner { get; }

    /// <summary>How many bytes of blocks were put that had not been here.</summary>
    public long WrittenBytes { get; private set; }

    /// <inheritdoc/>
    public bool Has(Multihash hash) => _store.Blocks.Has(hash);

    /// <inheritdoc/>
    public bool TryGet(Multihash hash, out ReadOnlyMemory<byte> data) => _store.Blocks.TryGet(hash, out data);

    /// <inheritdoc/>
    /// <exception cref="PondException"><c>quota-exceeded</c>, or the disk fails; the block was not stored.</exception>
    public void Put(Block block)
    {
        if (!block.Cid.Hash.IsIdentity && !_store.Blocks.TryTouch(block.Cid.Hash, out _))
        {
            lock (_gate)
            {
                if (_limit is { } limit && _pinnedBefore + WrittenBytes + block.Data.Length > limit)
                {
                    throw ContentStore.OverQuota(Owner, limit);
                }

                WrittenBytes += block.Data.Length;
            }
        }

        _store.Blocks.Put(block);
    }

    /// <inheritdoc/>
    public bool Delete(Multihash hash) => _store.Blocks.Delete(hash);

    /// <summary>Pins what was added, in the owner's name.</summary>
    /// <exception cref="PondException"><c>block-missing</c>, <c>quota-exceeded</c>, or the disk fails. Nothing is pinned then.</exception>
    public Pin Pin(Pin pin) => _store.Pin(pin with { Owner = Owner });

    /// <summary>Lets go of the store.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _hold.Dispose();
        }
    }
}
