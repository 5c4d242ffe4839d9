using System.Text;
using Pond.Primitives;
using Pond.Store.Dag;

namespace Pond.Store.UnixFs;

/// <summary>Follows a path down from its root, name by name. Symbolic links are never followed.</summary>
public sealed class PathResolution : IDagWalk
{
    private readonly ContentPath _path;
    private readonly List<Cid> _segmentRoots = [];
    private readonly List<Cid> _passed = [];
    private Cid _current;
    private HamtPosition? _position;

    /// <summary>Starts at the path's root. A path without segments is resolved at once, and no block is needed.</summary>
    public PathResolution(ContentPath path)
    {
        _path = path;
        _current = path.Root;
        _segmentRoots.Add(path.Root);
    }

    /// <inheritdoc/>
    public Cid? Needed => MissingSegment is null && _segmentRoots.Count <= _path.Segments.Count ? _current : null;

    /// <summary>The first segment that is not there, or that something other than a directory should have held; null if none.</summary>
    public string? MissingSegment { get; private set; }

    /// <summary>Where the path ends.</summary>
    /// <exception cref="InvalidOperationException">Blocks are still needed.</exception>
    /// <exception cref="PondException"><c>path-not-found</c></exception>
    public Cid Target => Needed is not null
        ? throw new InvalidOperationException("The path is not resolved.")
        : MissingSegment is { } missing
            ? throw new PondException(
                "path-not-found",
                $"There is no '{missing}' on the way of {_path}.",
                $"List {_segmentRoots[^1]} to see what is there.")
            : _current;

    /// <summary>The roots of the path and of every segment that was found; the last one is the target.</summary>
    public IReadOnlyList<Cid> SegmentRoots => _segmentRoots;

    /// <summary>The blocks that were read on the way, shards of directories included and the target not.</summary>
    public IReadOnlyList<Cid> Passed => _passed;

    /// <inheritdoc/>
    public void Supply(ReadOnlyMemory<byte> block)
    {
        var cid = Needed ?? throw new InvalidOperationException("The path is resolved.");
        var node = UnixFsNode.Parse(cid, block);
        var segment = _path.Segments[_segmentRoots.Count - 1];
        var name = Encoding.UTF8.GetBytes(segment);
        _passed.Add(cid);
        switch (node.Kind)
        {
            case UnixFsKind.Directory when _position is null:
                Take(Find(node, name), segment);
                break;
            case UnixFsKind.HamtShard:
                TakeFromShard(node, name, segment);
                break;
            default:
                MissingSegment = segment;
                break;
        }
    }

    private void TakeFromShard(UnixFsNode node, ReadOnlyMemory<byte> name, string segment)
    {
        var position = _position ?? HamtPosition.Root(node.Fanout);
        position.RequireRoom(node.Cid);
        if (node.Fanout != position.Fanout)
        {
            throw StoreErrors.Malformed(node.Cid, "A shard differs in its fan-out from the one above it.");
        }

        var bucket = position.BucketOf(Murmur3.Hash(name.Span).First);
        var prefix = Encoding.ASCII.GetBytes(position.PrefixOf(bucket));
        if (Find(node, prefix) is { } shard)
        {
            _current = shard.Cid;
            _position = position.Below(bucket);
            return;
        }

        Take(Find(node, [.. prefix, .. name.Span]), segment);
    }

    // Of two entries with one name the first counts.
    private static PbLink? Find(UnixFsNode node, byte[] name)
    {
        foreach (var link in node.Links)
        {
            if (link.NameUtf8.Span.SequenceEqual(name))
            {
                return link;
            }
        }

        return null;
    }

    private void Take(PbLink? link, string segment)
    {
        if (link is not { } found)
        {
            MissingSegment = segment;
            return;
        }

        _current = found.Cid;
        _position = null;
        _segmentRoots.Add(found.Cid);
    }
}
