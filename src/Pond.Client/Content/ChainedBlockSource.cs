using Pond.Store;

namespace Pond.Client.Content;

/// <summary>Sources that are asked one after the other, until one has the block.</summary>
public sealed class ChainedBlockSource(params IReadOnlyList<IBlockSource> sources) : IBlockSource, ILocalContent
{
    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> GetBlockAsync(Cid cid, CancellationToken cancellationToken)
    {
        foreach (var source in sources)
        {
            if (await source.GetBlockAsync(cid, cancellationToken) is { } block)
            {
                return block;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool HasLocal(Cid cid) => sources.OfType<ILocalContent>().Any(source => source.HasLocal(cid));
}
