using Pond.Store;

namespace Pond.Client.Content;

/// <summary>The blocks of a local store and no others: what strangers are served from.</summary>
public sealed class LocalBlockSource(IBlockStore store) : IBlockSource, ILocalContent
{
    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> GetBlockAsync(Cid cid, CancellationToken cancellationToken) =>
        // Spelled out, because a bare null would become an empty block: arrays convert to memory, null ones too.
        ValueTask.FromResult(
            cid.TryGetInlineData(out var data) || store.TryGet(cid.Hash, out data) ? data : default(ReadOnlyMemory<byte>?));

    /// <inheritdoc/>
    public bool HasLocal(Cid cid) => store.Contains(cid);
}
