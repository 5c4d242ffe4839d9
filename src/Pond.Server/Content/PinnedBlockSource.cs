using Pond.Client.Content;
using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content;

/// <summary>The blocks that some pin keeps, and no others: for operators who serve what they have chosen to keep.</summary>
/// <remarks>What the pins reach is found when it is first asked for, and again after pins have changed.</remarks>
public sealed class PinnedBlockSource(ContentStore store) : IBlockSource, ILocalContent
{
    private readonly LocalBlockSource _local = new(store.Blocks);
    private readonly Lock _gate = new();
    private HashSet<Multihash> _reached = [];
    private long? _reachedAt;

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> GetBlockAsync(Cid cid, CancellationToken cancellationToken) =>
        cid.Hash.IsIdentity || Reached().Contains(cid.Hash)
            ? _local.GetBlockAsync(cid, cancellationToken)
            : ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);

    /// <inheritdoc/>
    public bool HasLocal(Cid cid) => (cid.Hash.IsIdentity || Reached().Contains(cid.Hash)) && _local.HasLocal(cid);

    private HashSet<Multihash> Reached()
    {
        lock (_gate)
        {
            var version = store.PinVersion;
            if (_reachedAt != version)
            {
                var reached = new HashSet<Multihash>();
                foreach (var pin in store.Pins)
                {
                    try
                    {
                        reached.UnionWith(store.Reach(pin.Root, pin.Kind).Select(cid => cid.Hash));
                    }
                    catch (PondException)
                    {
                        // What lies below a damaged block is not known, so it is not served; the rest of the pins is.
                    }
                }

                (_reached, _reachedAt) = (reached, version);
            }

            return _reached;
        }
    }
}
