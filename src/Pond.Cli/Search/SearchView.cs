using Spectre.Console;

namespace Pond.Cli.Search;

/// <summary>Prints the answers of a search, best first.</summary>
internal static class SearchView
{
    internal static void Write(IAnsiConsole console, IReadOnlyList<FoundDocument> hits)
    {
        if (hits.Count == 0)
        {
            console.MarkupLine("  nothing found");
        }

        foreach (var hit in hits)
        {
            console.MarkupLineInterpolated($"  [green]{hit.Title}[/]  [grey]{hit.File}  {hit.Score:F2}[/]");
            console.MarkupLineInterpolated($"      {hit.Snippet}");
        }
    }
}
