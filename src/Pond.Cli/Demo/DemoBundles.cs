namespace Pond.Cli.Demo;

/// <summary>The folders with the demo's built task, beside the CLI.</summary>
internal static class DemoBundles
{
    /// <summary>The task as its author wrote it.</summary>
    internal static string Honest => Path.Combine(AppContext.BaseDirectory, "bundles", "document-index");

    /// <summary>The task as a dishonest operator changed it on his own machine.</summary>
    internal static string Cheating => Path.Combine(AppContext.BaseDirectory, "bundles", "document-index-cheater");
}
