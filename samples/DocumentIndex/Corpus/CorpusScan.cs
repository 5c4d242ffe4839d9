using System.Collections.Immutable;

namespace DocumentIndex;

/// <summary>What a scan of a folder found.</summary>
/// <param name="Plan">The documents and their shards.</param>
/// <param name="Skipped">What was left out, in ordinal order of the paths.</param>
public sealed record CorpusScan(CorpusPlan Plan, ImmutableArray<SkippedFile> Skipped);
