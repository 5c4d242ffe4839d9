using System.Numerics;
using System.Text;
using Pond.Primitives;
using Pond.Store.Dag;

namespace Pond.Store.UnixFs;

/// <summary>One block, understood and checked: nothing in it contradicts itself. What lies below it is not looked at.</summary>
public sealed class UnixFsNode
{
    private const ulong MaxFanout = 1024;

    // Where the content of each link of a file begins, counted from the start of this node, and then where the last one ends.
    private readonly long[] _offsets;

    private UnixFsNode(Cid cid, UnixFsKind kind, IReadOnlyList<PbLink> links, ReadOnlyMemory<byte> data, long[] offsets)
    {
        Cid = cid;
        Kind = kind;
        Links = links;
        Data = data;
        _offsets = offsets;
    }

    /// <summary>The block's name.</summary>
    public Cid Cid { get; }

    /// <summary>What it is.</summary>
    public UnixFsKind Kind { get; }

    /// <summary>Chunks of a file, entries of a directory, buckets of a shard.</summary>
    public IReadOnlyList<PbLink> Links { get; }

    /// <summary>The content that a file holds itself, before that of its links; the target of a symbolic link.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The size of the file's content from here down; 0 for all that is no file.</summary>
    public long FileSize => _offsets[^1];

    /// <summary>How many buckets a shard has; 0 for all that is no shard.</summary>
    public int Fanout { get; private init; }

    /// <summary>Mode and time, where known.</summary>
    public UnixFsMetadata Metadata { get; private init; } = UnixFsMetadata.None;

    /// <summary>Whether it is a directory, in one node or in several.</summary>
    public bool IsDirectory => Kind is UnixFsKind.Directory or UnixFsKind.HamtShard;

    /// <summary>Where a symbolic link points, in the words of its author; empty for all else. Not to be followed or trusted.</summary>
    public string SymlinkTarget => Kind == UnixFsKind.Symlink ? Encoding.UTF8.GetString(Data.Span) : "";

    /// <summary>Reads a block: raw is a file, dag-pb is what its message says.</summary>
    /// <exception cref="PondException">
    /// <c>block-malformed</c>: the bytes are no node of UnixFS, or its sizes, fan-out or links contradict each other.
    /// <c>codec-unsupported</c>: neither raw nor dag-pb.
    /// </exception>
    public static UnixFsNode Parse(Cid cid, ReadOnlyMemory<byte> block)
    {
        switch (cid.Codec)
        {
            case Multicodec.Raw:
                return new(cid, UnixFsKind.File, [], block, [block.Length]);
            case Multicodec.DagPb:
                try
                {
                    return FromNode(cid, PbNode.Parse(block));
                }
                catch (FormatException cause)
                {
                    throw StoreErrors.Malformed(cid, cause.Message, cause);
                }

            default:
                throw StoreErrors.UnsupportedCodec(cid);
        }
    }

    /// <summary>Which link of a file holds the byte at <paramref name="offset"/>, which lies behind <see cref="Data"/>.</summary>
    /// <returns>The link's index, where its content begins and how long that is.</returns>
    internal (int Index, long Start, long Size) FindChunk(long offset)
    {
        // The last link that begins at or before the offset; those before it with the same beginning are empty.
        var low = 0;
        var high = Links.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _offsets[middle] <= offset ? (middle, high) : (low, middle - 1);
        }

        return (low, _offsets[low], _offsets[low + 1] - _offsets[low]);
    }

    private static UnixFsNode FromNode(Cid cid, PbNode node)
    {
        var message = UnixFsData.Parse(node.Data ?? throw new FormatException("The node has no data, so it is not of UnixFS."));
        var data = message.Data ?? ReadOnlyMemory<byte>.Empty;
        return message.Type switch
        {
            UnixFsType.File or UnixFsType.Raw => new(cid, UnixFsKind.File, node.Links, data, ChunkOffsets(node, message, data.Length))
            {
                Metadata = message.Metadata,
            },
            UnixFsType.Directory => new(cid, UnixFsKind.Directory, node.Links, default, [0]) { Metadata = message.Metadata },
            UnixFsType.Symlink => new(cid, UnixFsKind.Symlink, [], data, [0]) { Metadata = message.Metadata },
            UnixFsType.HamtShard => new(cid, UnixFsKind.HamtShard, node.Links, default, [0])
            {
                Fanout = CheckShard(node, message, data.Span),
                Metadata = message.Metadata,
            },
            UnixFsType.Metadata or _ => throw new FormatException($"UnixFS nodes of type {message.Type} have no content."),
        };
    }

    private static long[] ChunkOffsets(PbNode node, UnixFsData message, int dataLength)
    {
        if (node.Links.Count != message.BlockSizes.Count)
        {
            throw new FormatException($"A file has {node.Links.Count} links and {message.BlockSizes.Count} block sizes.");
        }

        if (node.Links.Any(link => !link.NameUtf8.IsEmpty))
        {
            throw new FormatException("A chunk of a file has a name.");
        }

        var offsets = new long[node.Links.Count + 1];
        offsets[0] = dataLength;
        for (var index = 0; index < node.Links.Count; index++)
        {
            var size = message.BlockSizes[index];
            if (size > (ulong)(long.MaxValue - offsets[index]))
            {
                throw new FormatException("The block sizes of a file add up to more than 2^63 bytes.");
            }

            offsets[index + 1] = offsets[index] + (long)size;
        }

        return (ulong)offsets[^1] == (message.FileSize ?? 0)
            ? offsets
            : throw new FormatException($"A file says that it has {message.FileSize ?? 0} bytes, but its parts have {offsets[^1]}.");
    }

    private static int CheckShard(PbNode node, UnixFsData message, ReadOnlySpan<byte> bitField)
    {
        if (message.HashType != UnixFsData.Murmur3)
        {
            throw new FormatException($"A sharded directory uses hash function {message.HashType}, which is not known.");
        }

        if (message.Fanout is not { } fanout || fanout is < 8 or > MaxFanout || !BitOperations.IsPow2(fanout))
        {
            throw new FormatException($"A sharded directory has a fan-out of {message.Fanout}; it is a power of 2, 8 to 1024.");
        }

        var buckets = 0;
        foreach (var bits in bitField)
        {
            buckets += BitOperations.PopCount(bits);
        }

        if (buckets != node.Links.Count)
        {
            throw new FormatException($"A shard has {node.Links.Count} links, but its bit field counts {buckets}.");
        }

        var prefixLength = HamtPosition.PrefixLengthOf((int)fanout);
        return node.Links.All(link => link.NameUtf8.Length >= prefixLength)
            ? (int)fanout
            : throw new FormatException("A link of a shard has a name that is shorter than its bucket's number.");
    }
}
