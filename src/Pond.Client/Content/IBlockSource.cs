using Pond.Primitives;
using Pond.Store;

namespace Pond.Client.Content;

/// <summary>Where blocks come from: a local store, other nodes, or one after the other. Safe for use by several threads.</summary>
public interface IBlockSource
{
    /// <summary>The block's bytes, which have been hashed against the CID; null if no source has it.</summary>
    /// <exception cref="PondException">A local disk failed.</exception>
    ValueTask<ReadOnlyMemory<byte>?> GetBlockAsync(Cid cid, CancellationToken cancellationToken);
}
