namespace DocumentIndex;

/// <summary>A document that a search found.</summary>
/// <param name="Document">The document.</param>
/// <param name="Score">The higher, the better; comparable within one search only.</param>
public sealed record SearchHit(DocumentRow Document, double Score);
