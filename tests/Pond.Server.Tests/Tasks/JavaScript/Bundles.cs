namespace Pond.Server.Tests.Tasks.JavaScript;

/// <summary>The JavaScript bundles of tests/bundles.</summary>
internal static class Bundles
{
    internal static string Of(string name)
    {
        // The build's output lies below the repository.
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var bundle = Path.Combine(folder.FullName, "tests", "bundles", name);
            if (Directory.Exists(bundle))
            {
                return bundle;
            }
        }

        throw new DirectoryNotFoundException($"No tests/bundles/{name} above {AppContext.BaseDirectory}.");
    }
}
