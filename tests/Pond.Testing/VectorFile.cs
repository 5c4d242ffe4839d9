using System.Text.Json;

namespace Pond.Testing;

/// <summary>The golden vectors in <c>tests/vectors</c>. Each file says itself where its values come from.</summary>
public static class VectorFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="name">The file's name.</param>
    public static JsonDocument Load(string name)
    {
        // The build's output lies below the repository, so the file is found without being copied into every test project.
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null)
        {
            var path = Path.Combine(folder.FullName, "tests", "vectors", name);
            if (File.Exists(path))
            {
                return JsonDocument.Parse(File.ReadAllBytes(path));
            }

            folder = folder.Parent;
        }

        throw new FileNotFoundException($"No tests/vectors/{name} above {AppContext.BaseDirectory}.");
    }
}
