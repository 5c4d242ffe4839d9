using Pond.Primitives;

namespace Pond.Store.Dag;

/// <summary>
/// A reader that says which block it needs next and is given it, so that one piece of code reads from memory, disk and network.
/// </summary>
/// <remarks>
/// Run one over a local store with <see cref="DagWalks.Run{TWalk}"/>. Whoever supplies a block has verified it. A walk that has
/// thrown is not used any more.
/// </remarks>
public interface IDagWalk
{
    /// <summary>The block without which the walk cannot go on; null when it is complete or has something to be taken first.</summary>
    Cid? Needed { get; }

    /// <summary>Gives the block that is <see cref="Needed"/>. The bytes must stay as they are while the walk is in use.</summary>
    /// <exception cref="PondException">The block is not what the walk can go through, for example <c>block-malformed</c>.</exception>
    /// <exception cref="InvalidOperationException">No block is needed.</exception>
    void Supply(ReadOnlyMemory<byte> block);
}
