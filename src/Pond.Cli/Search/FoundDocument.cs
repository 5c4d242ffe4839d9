namespace Pond.Cli.Search;

/// <summary>One answer of a search.</summary>
/// <param name="Title">An API member, or a file's path.</param>
/// <param name="File">The file that it stands in.</param>
/// <param name="Score">How well it fits; only comparable within one search.</param>
/// <param name="Snippet">The part of its text that fits best.</param>
internal sealed record FoundDocument(string Title, string File, double Score, string Snippet);
