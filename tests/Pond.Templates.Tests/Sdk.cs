namespace Pond.Templates.Tests;

/// <summary>The SDK as it was built with these tests.</summary>
internal static class Sdk
{
    internal static string Folder { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Pond.Sdk.Testing", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))));
}
