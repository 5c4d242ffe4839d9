using Pond.Store;

namespace Pond.Client.Content;

/// <summary>A source that can tell what it has at hand.</summary>
public interface ILocalContent
{
    /// <summary>Whether the block is in the node's own store, so that nobody has to be asked for it.</summary>
    bool HasLocal(Cid cid);
}
