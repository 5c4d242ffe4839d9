using Pond.Client.Content;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Tasks.JavaScript;
using Pond.Store;

namespace Pond.Server.Nodes;

/// <summary>A task's program: fetched by CID, kept as hashed blocks, and written out anew before each start.</summary>
internal sealed class NodeBundle
{
    /// <summary>How large a bundle may be: 256 MiB, several times a self-contained .NET program.</summary>
    private const long MaxBytes = 256L << 20;

    private const long MaxEntries = 10_000;

    private readonly ContentStore _content;
    private readonly Cid _cid;
    private readonly string _folder;

    private NodeBundle(ContentStore content, Cid cid, string folder) => (_content, _cid, _folder) = (content, cid, folder);

    /// <summary>Brings the whole bundle into the store and pins it.</summary>
    /// <param name="cid">The bundle's CID, as the task names it.</param>
    /// <param name="content">Fetches what is missing, and keeps it.</param>
    /// <param name="folder">Under which to write bundles out.</param>
    /// <param name="cancellationToken">Gives up; what was fetched stays.</param>
    /// <exception cref="PondException"><c>bundle-invalid</c>, <c>block-missing</c>, or one of the store's.</exception>
    internal static async Task<NodeBundle> FetchAsync(
        string cid, NodeContent content, string folder, CancellationToken cancellationToken)
    {
        if (!Cid.TryParse(cid, provider: null, out var root))
        {
            throw new PondException(
                "bundle-invalid",
                $"The task's executable '{cid}' is no CID.",
                "Ask the task's creator: only bundles that can be verified by their CID are run.");
        }

        using var hold = content.Store.Blocks.Hold();
        await content.FetchAsync(root, new DagFetchLimits { MaxBytes = 2 * MaxBytes }, cancellationToken);
        content.Store.Pin(root, "bundle");
        return new NodeBundle(content.Store, root, Path.Combine(folder, root.ToString()));
    }

    /// <summary>
    /// Writes the bundle out, over whatever lies there: each block is hashed as it is read, so what runs is what the task names.
    /// </summary>
    /// <returns>The folder.</returns>
    internal string Export(CancellationToken cancellationToken)
    {
        foreach (var leftover in new[] { _folder, _folder + ".partial" })
        {
            if (Directory.Exists(leftover))
            {
                Directory.Delete(leftover, recursive: true);
            }
        }

        FolderExporter.Export(_content.Blocks, _cid, _folder, MaxBytes, MaxEntries, cancellationToken);
        JavaScriptModules.MarkAsCommon(Path.GetDirectoryName(_folder)!);
        return _folder;
    }
}
