namespace Pond.Server.Tests.Content;

/// <summary>An empty folder for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pond-content-");

    internal string Root => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    internal string At(params string[] names) => Path.Combine([Root, .. names]);
}
