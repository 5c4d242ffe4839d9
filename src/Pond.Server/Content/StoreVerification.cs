namespace Pond.Server.Content;

/// <summary>What reading all of a store has shown.</summary>
/// <param name="Blocks">How many blocks are whole.</param>
/// <param name="SizeBytes">How many bytes those have.</param>
/// <param name="Pins">How many pins there are.</param>
/// <param name="Problems">What is damaged or missing, in sentences; empty in a sound store.</param>
public sealed record StoreVerification(long Blocks, long SizeBytes, int Pins, IReadOnlyList<string> Problems);
