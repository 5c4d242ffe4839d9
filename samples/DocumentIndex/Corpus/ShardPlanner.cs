using System.Collections.Immutable;

namespace DocumentIndex;

/// <summary>Cuts the documents of a corpus into shards of about equal size.</summary>
internal static class ShardPlanner
{
    /// <summary>Source bytes of a shard: a second's work to index or audit, and few enough shards to keep a round's books.</summary>
    private const int TargetBytes = 512 << 10;

    /// <summary>A small corpus is still cut so that several nodes have something to do for several rounds.</summary>
    private const int FewestShards = 12;

    /// <summary>Puts the documents, given as one slice each and in order, into shards and joins neighbours of one file.</summary>
    internal static ImmutableArray<Shard> Divide(List<Slice> documents)
    {
        var totalBytes = documents.Sum(document => (long)document.Length);
        var count = (int)Math.Min(documents.Count, Math.Max(FewestShards, (totalBytes + TargetBytes - 1) / TargetBytes));
        var shards = ImmutableArray.CreateBuilder<Shard>(count);
        var (next, bytes) = (0, 0L);
        for (var shard = 1; shard <= count; shard++)
        {
            // A shard ends where its even share of all bytes does, but leaves one document to each shard after it.
            var (first, share, limit) = (next, totalBytes * shard / count, documents.Count - (count - shard));
            do
            {
                bytes += documents[next++].Length;
            }
            while (next < limit && (shard == count || bytes + (documents[next].Length / 2) < share));

            shards.Add(new(next - first, Join(documents[first..next])));
        }

        return shards.MoveToImmutable();
    }

    private static ImmutableArray<Slice> Join(List<Slice> documents)
    {
        var slices = new List<Slice>();
        foreach (var document in documents)
        {
            if (slices.Count > 0 && slices[^1] is var last && last.File == document.File)
            {
                slices[^1] = last with { Length = document.Offset + document.Length - last.Offset };
            }
            else
            {
                slices.Add(document);
            }
        }

        return [.. slices];
    }
}
