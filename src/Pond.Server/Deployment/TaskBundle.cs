using Pond.Server.Content;
using Pond.Server.Tasks;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Server.Deployment;

/// <summary>A task's program as content: a folder, named by its CID. A single <c>main.js</c> becomes a folder with this one file.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Root">The CID.</param>
/// <param name="Kind">What it runs on.</param>
/// <param name="Files">How many files.</param>
/// <param name="SizeBytes">The size of all files.</param>
/// <param name="Blocks">Its blocks.</param>
public sealed record TaskBundle(string Path, Cid Root, BundleKind Kind, long Files, long SizeBytes, MemoryBlockStore Blocks)
{
    /// <summary>Reads a program.</summary>
    /// <exception cref="Primitives.PondException"><c>bundle-invalid</c>: it is neither a <c>main.js</c> nor a published .NET program; or the disk failed.</exception>
    public static TaskBundle Open(string path, CancellationToken cancellationToken)
    {
        var blocks = new MemoryBlockStore();
        if (File.Exists(path))
        {
            using var file = Read(path);
            var content = FileBuilder.Add(file, blocks, UnixFsProfile.V1Of2025);
            var folder = new DirectoryBuilder();
            folder.Add(BundleProgram.JavaScriptEntry, content);
            return new(path, folder.Build(blocks, UnixFsProfile.V1Of2025).Cid, BundleKind.JavaScript, 1, (long)content.SizeBytes, blocks);
        }

        var kind = BundleProgram.KindOf(path);
        if (kind is BundleKind.Dotnet)
        {
            _ = BundleProgram.FindEntry(path);
        }

        var imported = FolderImporter.Import(path, blocks, UnixFsProfile.V1Of2025, cancellationToken);
        return new(path, imported.Root, kind, imported.Files, imported.SizeBytes, blocks);
    }

    private static FileStream Read(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }
    }
}
