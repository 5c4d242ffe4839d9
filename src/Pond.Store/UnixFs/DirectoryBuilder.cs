using System.Text;
using Pond.Primitives;
using Pond.Store.Dag;

namespace Pond.Store.UnixFs;

/// <summary>Makes a directory of named content, in one node or, where that gets too large, in shards. The order of adding does not matter.</summary>
public sealed class DirectoryBuilder
{
    private readonly SortedDictionary<byte[], PbLink> _entries = new(Comparer<byte[]>.Create(
        static (left, right) => left.AsSpan().SequenceCompareTo(right)));

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds an entry.</summary>
    /// <param name="name">One path segment. Not normalised: names that look alike may be two.</param>
    /// <param name="content">What it names.</param>
    /// <exception cref="ArgumentException">The name is empty, <c>.</c> or <c>..</c>, holds a slash or NUL, or is taken.</exception>
    public void Add(string name, AddedContent content)
    {
        if (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0'))
        {
            throw new ArgumentException($"'{name}' cannot be the name of an entry.", nameof(name));
        }

        var link = new PbLink(content.Cid, name, content.Tsize);
        if (!_entries.TryAdd(link.NameUtf8.ToArray(), link))
        {
            throw new ArgumentException($"There is an entry '{name}' already.", nameof(name));
        }
    }

    /// <summary>Writes the directory.</summary>
    /// <exception cref="ArgumentException">A setting of the profile is outside of its range.</exception>
    /// <exception cref="PondException">The store cannot be written, or so many names have one hash that no sharding parts them.</exception>
    public AddedContent Build(IBlockStore store, UnixFsProfile profile)
    {
        UnixFsProfile.Validate(profile);
        var message = new UnixFsData { Type = UnixFsType.Directory };
        var flat = new PbNode([.. _entries.Values], message.Encode());
        var estimate = profile.DirectoryEstimate switch
        {
            DirectorySizeEstimate.BlockBytes => flat.EncodedSize,
            _ => flat.Links.Sum(link => link.NameUtf8.Length + link.Cid.SizeBytes),
        };

        return estimate <= profile.HamtThresholdBytes || flat.Links.Count == 0
            ? Write(flat, store, profile)
            : WriteShard(
                [.. flat.Links.Select(link => (Murmur3.Hash(link.NameUtf8.Span).First, link))],
                HamtPosition.Root(profile.HamtFanout),
                store,
                profile);
    }

    private static AddedContent WriteShard(
        List<(ulong Hash, PbLink Link)> entries, HamtPosition position, IBlockStore store, UnixFsProfile profile)
    {
        if (position.Level >= position.MaxLevels)
        {
            throw new PondException(
                "directory-hash-collision",
                $"'{entries[0].Link.Name}' and {entries.Count - 1} other names have one hash, so no directory can hold them all.",
                "Rename one of them.");
        }

        var links = new List<PbLink>();
        var bitField = new byte[position.Fanout / 8];
        foreach (var bucket in entries.GroupBy(entry => position.BucketOf(entry.Hash)).OrderBy(bucket => bucket.Key))
        {
            bitField[^((bucket.Key / 8) + 1)] |= (byte)(1 << (bucket.Key % 8));
            var prefix = position.PrefixOf(bucket.Key);
            List<(ulong Hash, PbLink Link)> members = [.. bucket];
            if (members is [var (_, link)])
            {
                links.Add(link with { NameUtf8 = (byte[])[.. Encoding.ASCII.GetBytes(prefix), .. link.NameUtf8.Span] });
                continue;
            }

            var shard = WriteShard(members, position.Below(bucket.Key), store, profile);
            links.Add(new(shard.Cid, prefix, shard.Tsize));
        }

        var message = new UnixFsData
        {
            Type = UnixFsType.HamtShard,
            Data = bitField.AsMemory(bitField.AsSpan().IndexOfAnyExcept((byte)0)),
            HashType = UnixFsData.Murmur3,
            Fanout = (ulong)position.Fanout,
        };
        return Write(new PbNode(links, message.Encode()), store, profile);
    }

    private static AddedContent Write(PbNode node, IBlockStore store, UnixFsProfile profile)
    {
        var block = Block.Create(profile.CidVersion, Multicodec.DagPb, node.Encode());
        store.Put(block);
        var below = 0UL;
        foreach (var link in node.Links)
        {
            // Tsizes come from callers and may be anything; they are hints, so a sum that is too large wraps.
            below = unchecked(below + link.Tsize);
        }

        return new(block.Cid, 0, unchecked(below + (ulong)block.Data.Length));
    }
}
