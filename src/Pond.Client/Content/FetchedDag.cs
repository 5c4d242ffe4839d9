namespace Pond.Client.Content;

/// <summary>What fetching content brought.</summary>
/// <param name="BlockCount">How many blocks it has, each counted once, those that were local already included.</param>
/// <param name="SizeBytes">How many bytes they have.</param>
public sealed record FetchedDag(int BlockCount, long SizeBytes);
