namespace DocumentIndex;

/// <summary>The work of the task: it turns shards into segments.</summary>
public static class ShardIndexer
{
    /// <summary>Indexes one shard.</summary>
    /// <returns>The bytes of its <see cref="Segment"/>.</returns>
    /// <inheritdoc cref="ShardSource.ReadAsync" path="/exception"/>
    public static ValueTask<byte[]> IndexAsync(
        CorpusPlan plan, int shard, SliceReader readSlice, CancellationToken cancellationToken) =>
        IndexAsync(plan, [shard], readSlice, cancellationToken);

    /// <summary>Indexes the whole corpus in one go: what the merged work of all nodes has to equal.</summary>
    /// <returns>The bytes of its <see cref="Segment"/>.</returns>
    /// <inheritdoc cref="ShardSource.ReadAsync" path="/exception"/>
    public static ValueTask<byte[]> IndexAllAsync(CorpusPlan plan, SliceReader readSlice, CancellationToken cancellationToken) =>
        IndexAsync(plan, Enumerable.Range(0, plan.Shards.Length), readSlice, cancellationToken);

    private static async ValueTask<byte[]> IndexAsync(
        CorpusPlan plan, IEnumerable<int> shards, SliceReader readSlice, CancellationToken cancellationToken)
    {
        var writer = new SegmentWriter();
        foreach (var shard in shards)
        {
            foreach (var source in await ShardSource.ReadAsync(plan, shard, readSlice, cancellationToken))
            {
                writer.Add(DocumentReader.Read(source));
            }
        }

        return writer.ToArray();
    }
}
