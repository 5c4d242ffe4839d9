using System.Runtime.InteropServices;
using Pond.Primitives;

namespace Pond.Cli.Demo;

/// <summary>Finds the XML documentation of .NET's own API, which every SDK carries: the demo's documents by default.</summary>
internal static class SdkDocumentation
{
    /// <summary>The newest installed version's folder with the XML files.</summary>
    /// <exception cref="PondException"><c>folder-missing</c>: this .NET has no reference pack.</exception>
    internal static string FindFolder()
    {
        // The runtime's folder is ROOT/shared/Microsoft.NETCore.App/VERSION/; the SDK's reference packs are under the same root.
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var pack = Path.Combine(root, "packs", "Microsoft.NETCore.App.Ref");
        var folder = !Directory.Exists(pack)
            ? null
            : Directory.EnumerateDirectories(pack)
                .Where(path => Version.TryParse(Path.GetFileName(path), out _))
                .OrderByDescending(path => Version.Parse(Path.GetFileName(path)))
                .SelectMany(path => Directory.EnumerateDirectories(Path.Combine(path, "ref")))
                .FirstOrDefault();
        return folder ?? throw new PondException(
            "folder-missing",
            $"The .NET SDK under {root} carries no API documentation (packs/Microsoft.NETCore.App.Ref).",
            "Name a folder with text, Markdown, HTML or XML files: pond demo FOLDER");
    }
}
