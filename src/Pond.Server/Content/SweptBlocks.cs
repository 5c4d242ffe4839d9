namespace Pond.Server.Content;

/// <summary>What a garbage collection deleted.</summary>
/// <param name="Count">How many blocks.</param>
/// <param name="SizeBytes">How many bytes they had.</param>
public sealed record SweptBlocks(int Count, long SizeBytes);
