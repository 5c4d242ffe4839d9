using Pond.Primitives;
using Pond.Store.Dag;

namespace Pond.Store.UnixFs;

/// <summary>Reads a file from any position, asking for the blocks on the way to it and no others.</summary>
/// <remarks>
/// Set <see cref="Position"/>, then <see cref="TryRead"/>; when that says that a block is needed, supply it and try again.
/// Only the nodes from the root to the current chunk are held.
/// </remarks>
public sealed class FileCursor : IDagWalk
{
    private readonly Cid _root;
    private readonly Stack<(UnixFsNode Node, long Start)> _path = new();
    private (Cid Cid, long Start, long Size)? _needed;

    /// <summary>Starts at the beginning of a file, whose root is needed first.</summary>
    public FileCursor(Cid root) => _root = root;

    /// <inheritdoc/>
    public Cid? Needed => _path.Count == 0 ? _root : _needed?.Cid;

    /// <summary>The size of the file. Only the root has to have been supplied to know it.</summary>
    /// <exception cref="InvalidOperationException">The root has not been supplied.</exception>
    public long Length => _path.Count > 0
        ? _path.Last().Node.FileSize
        : throw new InvalidOperationException("Supply the root first.");

    /// <summary>Which byte of the file <see cref="TryRead"/> begins with; may lie behind the end.</summary>
    public long Position
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
            _needed = null;
        }
    }

    /// <summary>What there is at <see cref="Position"/>, up to the end of the chunk it lies in. Does not move the position.</summary>
    /// <param name="bytes">At least one byte, or none at and behind the end of the file. Part of a supplied block.</param>
    /// <returns>False if a block is <see cref="Needed"/> first.</returns>
    public bool TryRead(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (_path.Count == 0 || _needed is not null)
        {
            return false;
        }

        if (Position >= Length)
        {
            return true;
        }

        while (_path.Peek() is var (node, start) && (Position < start || Position >= start + node.FileSize))
        {
            _path.Pop();
        }

        var (current, currentStart) = _path.Peek();
        var offset = Position - currentStart;
        if (offset < current.Data.Length)
        {
            bytes = current.Data[(int)offset..];
            return true;
        }

        var (index, chunkStart, size) = current.FindChunk(offset);
        _needed = (current.Links[index].Cid, currentStart + chunkStart, size);
        return false;
    }

    /// <inheritdoc/>
    /// <exception cref="PondException">
    /// <c>block-malformed</c>: not of UnixFS, or not as long as its parent says. <c>not-a-file</c>: a directory or symbolic link.
    /// <c>dag-too-deep</c>: more than <see cref="DagWalk.MaxDepth"/> levels.
    /// </exception>
    public void Supply(ReadOnlyMemory<byte> block)
    {
        var (cid, start, size) = _path.Count == 0
            ? (_root, 0, null)
            : _needed is { } needed
                ? (needed.Cid, needed.Start, (long?)needed.Size)
                : throw new InvalidOperationException("No block is needed.");

        var node = UnixFsNode.Parse(cid, block);
        if (node.Kind != UnixFsKind.File)
        {
            throw StoreErrors.NotAFile(cid, node.IsDirectory ? "a directory" : "a symbolic link");
        }

        if (size is { } expected && node.FileSize != expected)
        {
            throw StoreErrors.Malformed(cid, $"it holds {node.FileSize} bytes of a file where its parent counts {expected}.");
        }

        if (_path.Count > DagWalk.MaxDepth)
        {
            throw StoreErrors.TooDeep(cid, DagWalk.MaxDepth);
        }

        _path.Push((node, start));
        _needed = null;
    }
}
