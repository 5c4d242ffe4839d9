using System.Runtime.CompilerServices;

namespace Pond.Architecture.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static IEnumerable<string> Projects(params string[] folders) =>
        folders.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories));

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        var folder = new FileInfo(thisFile).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pond.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No Pond.slnx above {thisFile}.");
    }
}
