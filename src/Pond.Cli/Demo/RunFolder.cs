using Pond.Primitives;

namespace Pond.Cli.Demo;

/// <summary>The nodes' data of one run: made at its start, and gone at its end whatever the end was.</summary>
internal sealed class RunFolder : IDisposable
{
    private RunFolder(string path)
    {
        Path = path;
    }

    /// <summary>Where it is.</summary>
    internal string Path { get; }

    /// <summary>Makes the folder; what a run that was killed left there is removed first.</summary>
    internal static RunFolder Create(string path)
    {
        Remove(path);
        Directory.CreateDirectory(path);
        return new RunFolder(path);
    }

    public void Dispose() => Remove(Path);

    private static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PondException(
                "data-folder-unwritable",
                $"The demo can't remove its temporary folder {path}: {exception.Message}",
                "Remove it by hand; nothing in it is needed.",
                innerException: exception);
        }
    }
}
