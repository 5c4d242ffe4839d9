using Pond.Store;

namespace Pond.Server.Content;

/// <summary>What adding a file or a folder brought.</summary>
/// <param name="Root">The root of what was added.</param>
/// <param name="Files">How many files.</param>
/// <param name="Folders">How many folders, the outermost included.</param>
/// <param name="Links">How many symbolic links, which were stored and not followed.</param>
/// <param name="SizeBytes">The size of the files' content.</param>
public sealed record ImportedFolder(Cid Root, long Files, long Folders, long Links, long SizeBytes)
{
    /// <summary>How many pipes, sockets and devices were left out: they have no content, and reading one may never end.</summary>
    public long SkippedSpecials { get; init; }
}
