namespace DocumentIndex;

/// <summary>A shard's segment as a file in the directory that a node submits.</summary>
public static class SegmentFile
{
    /// <summary>The file's name: <c>7.segment</c> for shard 7.</summary>
    public static string NameOf(int shard) => $"{shard}.segment";

    /// <summary>The largest segment that an auditor reads: no honest one comes near.</summary>
    /// <remarks>
    /// A token takes at least two bytes of a document with its separator. In the segment it takes at most 8 bytes of dictionary, its text, and
    /// three varints of at most 5 bytes: 16 bytes for one of the document. Titles are in the documents too; paths are bounded.
    /// </remarks>
    public static int MaxBytes(CorpusPlan plan, int shard)
    {
        long source = plan.Shards[shard].Slices.Sum(slice => (long)slice.Length);
        var paths = plan.Shards[shard].Slices.Length * (long)CorpusFile.MaxPathBytes;
        return (int)Math.Min(Array.MaxLength, (16 * source) + (2 * paths) + 4096);
    }
}
