using Pond.Primitives;
using Pond.Store.Dag;

namespace Pond.Store.UnixFs;

/// <summary>Reading files and directories of a local store. What is missing is a <see cref="PondException"/> <c>block-missing</c>.</summary>
public static class UnixFsReader
{
    /// <summary>Where a path leads, such as <c>cid/a/b</c>.</summary>
    /// <exception cref="PondException"><c>path-not-found</c>, or a block cannot be read.</exception>
    public static Cid Resolve(IBlockStore store, ContentPath path) => new PathResolution(path).Run(store).Target;

    /// <summary>What is under a CID: its kind, size and own links.</summary>
    /// <exception cref="PondException">The block cannot be read.</exception>
    public static UnixFsNode Describe(IBlockStore store, Cid cid) => UnixFsNode.Parse(cid, store.Read(cid));

    /// <summary>The entries of a directory, sharded or not.</summary>
    /// <exception cref="PondException"><c>not-a-directory</c>, or a block cannot be read.</exception>
    public static IReadOnlyList<DirectoryEntry> List(IBlockStore store, Cid directory) =>
        new DirectoryListing(directory).Run(store).Entries;

    /// <summary>A file's content as a stream.</summary>
    /// <exception cref="PondException"><c>not-a-file</c>, or the root cannot be read.</exception>
    public static Stream Open(IBlockStore store, Cid file) => new UnixFsFileStream(store, file);
}
