using Pond.Primitives;
using Pond.Store.Dag;

namespace Pond.Store.UnixFs;

/// <summary>Lists a directory, with all its shards if it has them.</summary>
public sealed class DirectoryListing : IDagWalk
{
    private readonly Stack<(Cid Cid, HamtPosition? Position)> _pending = new();
    private readonly List<PbLink> _links = [];

    /// <summary>Starts at a directory's root.</summary>
    public DirectoryListing(Cid root) => _pending.Push((root, null));

    /// <summary>How many entries were found so far.</summary>
    public int Count => _links.Count;

    /// <inheritdoc/>
    public Cid? Needed => _pending.TryPeek(out var next) ? next.Cid : null;

    /// <summary>The entries: as its author ordered them if the directory is one node, by name if it has shards.</summary>
    /// <exception cref="InvalidOperationException">Blocks are still needed.</exception>
    public IReadOnlyList<DirectoryEntry> Entries => _pending.Count == 0
        ? [.. _links.Select(link => new DirectoryEntry(link.Name, link.Cid, link.Tsize))]
        : throw new InvalidOperationException("The listing is not complete.");

    /// <inheritdoc/>
    /// <exception cref="PondException">
    /// <c>not-a-directory</c>, or <c>block-malformed</c>: a shard holds a name that belongs elsewhere, or nothing at all.
    /// </exception>
    public void Supply(ReadOnlyMemory<byte> block)
    {
        if (!_pending.TryPop(out var current))
        {
            throw new InvalidOperationException("The listing is complete.");
        }

        var node = UnixFsNode.Parse(current.Cid, block);
        if (node.Kind == UnixFsKind.Directory && current.Position is null)
        {
            _links.AddRange(node.Links);
            return;
        }

        if (node.Kind != UnixFsKind.HamtShard)
        {
            throw StoreErrors.NotADirectory(current.Cid);
        }

        ReadShard(node, current.Position ?? HamtPosition.Root(node.Fanout));
        if (_pending.Count == 0)
        {
            _links.Sort(PbNode.CompareNames);
        }
    }

    // Every name must hash to where it lies, and no shard but the root may be empty. A shard can then be linked from one
    // place only, so a few blocks cannot pose as a directory of billions of entries.
    private void ReadShard(UnixFsNode node, HamtPosition position)
    {
        position.RequireRoom(node.Cid);
        if (node.Fanout != position.Fanout || (node.Links.Count == 0 && position.Level > 0))
        {
            throw StoreErrors.Malformed(node.Cid, "A shard is empty, or differs in its fan-out from the one above it.");
        }

        for (var index = node.Links.Count - 1; index >= 0; index--)
        {
            var link = node.Links[index];
            if (!position.TryReadBucket(link.NameUtf8.Span, out var bucket))
            {
                throw StoreErrors.Malformed(node.Cid, "A link of a shard does not begin with its bucket's number.");
            }

            var name = link.NameUtf8[position.PrefixLength..];
            if (name.IsEmpty)
            {
                _pending.Push((link.Cid, position.Below(bucket)));
                continue;
            }

            var hash = Murmur3.Hash(name.Span).First;
            if (!position.Holds(hash) || position.BucketOf(hash) != bucket)
            {
                throw StoreErrors.Malformed(node.Cid, "A shard holds a name that belongs elsewhere by its hash.");
            }

            _links.Add(link with { NameUtf8 = name });
        }
    }
}
