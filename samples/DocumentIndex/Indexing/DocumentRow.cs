namespace DocumentIndex;

/// <summary>What a segment says about a document apart from its terms.</summary>
/// <param name="Title">At most <see cref="MaxTitleBytes"/> as UTF-8.</param>
/// <param name="Path">The file it stands in.</param>
/// <param name="Offset">Where in the file it begins, in bytes.</param>
/// <param name="Length">How many bytes it has there; at least 1.</param>
/// <param name="TitleTokens">How many of its first tokens are the title's.</param>
/// <param name="Tokens">How many tokens it has in all.</param>
public sealed record DocumentRow(string Title, string Path, int Offset, int Length, int TitleTokens, int Tokens)
{
    /// <summary>Titles are compressed against each other, so an unbounded one would let few bytes fill a memory.</summary>
    public const int MaxTitleBytes = 4096;
}
