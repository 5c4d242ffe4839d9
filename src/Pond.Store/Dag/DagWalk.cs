using Pond.Primitives;

namespace Pond.Store.Dag;

/// <summary>Visits everything below a root, parents before children and children in the order of their links.</summary>
/// <remarks>
/// A block is visited once, however often it is linked, unless repeats are asked for: a DAG of nine blocks can describe a
/// file of a terabyte, so whoever asks for repeats must bound what he does with them.
/// </remarks>
public sealed class DagWalk : IDagWalk
{
    /// <summary>How many levels below the root a walk goes.</summary>
    public const int MaxDepth = 32;

    private readonly Stack<(Cid Cid, int Depth)> _pending = new();
    private readonly HashSet<Cid>? _seen;

    /// <summary>Starts at a root.</summary>
    /// <param name="root">The first block to be needed.</param>
    /// <param name="repeats">Whether a block is visited each time it is linked.</param>
    public DagWalk(Cid root, bool repeats = false)
    {
        _pending.Push((root, 0));
        _seen = repeats ? null : [root];
    }

    /// <inheritdoc/>
    public Cid? Needed => _pending.TryPeek(out var next) ? next.Cid : null;

    /// <inheritdoc/>
    /// <exception cref="PondException">
    /// <c>block-malformed</c>, <c>codec-unsupported</c>, or <c>dag-too-deep</c>: more than <see cref="MaxDepth"/> levels.
    /// </exception>
    public void Supply(ReadOnlyMemory<byte> block)
    {
        if (!_pending.TryPop(out var current))
        {
            throw new InvalidOperationException("The walk is complete.");
        }

        var links = DagLinks.Of(current.Cid, block);
        if (links.Count > 0 && current.Depth == MaxDepth)
        {
            throw StoreErrors.TooDeep(links[0], MaxDepth);
        }

        for (var index = links.Count - 1; index >= 0; index--)
        {
            _pending.Push((links[index], current.Depth + 1));
        }

        DropSeen();
    }

    /// <summary>Passes over the block that is needed and everything below it; for raw leaves that need not be read.</summary>
    /// <exception cref="InvalidOperationException">No block is needed.</exception>
    public void Skip()
    {
        _pending.Pop();
        DropSeen();
    }

    // Seen is decided when a block is reached and not when it is linked: the order must be that of the first visit.
    private void DropSeen()
    {
        while (_seen is not null && _pending.TryPeek(out var next) && !_seen.Add(next.Cid))
        {
            _pending.Pop();
        }
    }
}
