using System.Collections.Immutable;

namespace DocumentIndex;

/// <summary>A part of the corpus that one node indexes in one go.</summary>
/// <param name="Documents">How many documents its slices hold; at least 1.</param>
/// <param name="Slices">In the order of files and offsets.</param>
public sealed record Shard(int Documents, ImmutableArray<Slice> Slices);
