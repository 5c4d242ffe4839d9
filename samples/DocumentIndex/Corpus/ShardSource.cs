using System.Collections.Immutable;
using Pond.Primitives;

namespace DocumentIndex;

/// <summary>Fetches a shard and cuts it into its documents.</summary>
public static class ShardSource
{
    /// <summary>The documents of the shard, as bytes and in order.</summary>
    /// <exception cref="PondException"><c>corpus-mismatch</c>: the bytes don't fit the plan; or what <paramref name="readSlice"/> throws.</exception>
    public static async ValueTask<ImmutableArray<SourceDocument>> ReadAsync(
        CorpusPlan plan, int shard, SliceReader readSlice, CancellationToken cancellationToken)
    {
        var documents = ImmutableArray.CreateBuilder<SourceDocument>();
        foreach (var slice in plan.Shards[shard].Slices)
        {
            var file = plan.Files[slice.File];
            var bytes = await readSlice(file, slice, cancellationToken);
            if (bytes.Length != slice.Length)
            {
                throw Mismatch(shard, $"a slice of '{file.Path}' has {bytes.Length} bytes and should have {slice.Length}");
            }

            var ranges = file.Format is DocumentFormat.ApiMembers ? ApiMembers.Find(bytes.Span) : [(0, bytes.Length)];
            documents.AddRange(ranges.Select(range =>
                new SourceDocument(file, slice.Offset + range.Offset, bytes.Slice(range.Offset, range.Length))));
        }

        return documents.Count == plan.Shards[shard].Documents
            ? documents.ToImmutable()
            : throw Mismatch(shard, $"it has {documents.Count} documents and should have {plan.Shards[shard].Documents}");
    }

    private static PondException Mismatch(int shard, string fault) => new(
        "corpus-mismatch",
        $"Shard {shard} is not what the corpus plan says: {fault}.",
        "Deploy the task again if its documents changed since they were scanned.");
}

/// <summary>A document as it stands in its file.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Where in the file it begins, in bytes.</param>
/// <param name="Bytes">The document.</param>
public readonly record struct SourceDocument(CorpusFile File, int Offset, ReadOnlyMemory<byte> Bytes);
