namespace Pond.Cli;

/// <summary>Where the demo keeps what outlives it.</summary>
internal static class DemoHome
{
    /// <summary>The demo's folder below Pond's home.</summary>
    internal static string Folder => PondHome.Folder("demo");

    /// <summary>The content store with the documents and the merged indexes.</summary>
    internal static string StoreFolder => PondHome.Folder(Path.Combine("demo", "store"));
}
