using Pond.Primitives;
using Pond.Store.Dag;

namespace Pond.Store.UnixFs;

/// <summary>Cuts a file into blocks as its bytes arrive, holding one chunk and the links of one node a level in memory.</summary>
/// <remarks>
/// The layout is balanced: all chunks lie equally deep, in nodes that are full except for the last of each level.
/// Used by one thread, for one file.
/// </remarks>
public sealed class FileBuilder
{
    // Most files are small, and a folder has many: the buffer starts small and grows to a chunk.
    private const int FirstBufferBytes = 16 * 1024;

    private readonly IBlockStore _store;
    private readonly UnixFsProfile _profile;
    private readonly UnixFsMetadata _metadata;
    private readonly List<List<Part>> _levels = [[]];
    private byte[] _chunk;
    private int _chunkLength;
    private bool _isComplete;

    /// <summary>Starts an empty file.</summary>
    /// <param name="store">Where the blocks go.</param>
    /// <param name="profile">How the file is cut.</param>
    /// <param name="metadata">Mode and time. Where given, the root is a dag-pb node, since raw bytes have no room for it.</param>
    /// <exception cref="ArgumentException">A setting of the profile is outside of its range.</exception>
    public FileBuilder(IBlockStore store, UnixFsProfile profile, UnixFsMetadata metadata)
    {
        UnixFsProfile.Validate(profile);
        _store = store;
        _profile = profile;
        _metadata = metadata;
        _chunk = new byte[Math.Min(profile.ChunkBytes, FirstBufferBytes)];
    }

    /// <summary>Adds a whole file from a stream.</summary>
    /// <exception cref="IOException">The stream cannot be read; blocks written until then stay in the store.</exception>
    /// <exception cref="PondException">The store cannot be written, for example <c>disk-full</c>.</exception>
    public static AddedContent Add(Stream content, IBlockStore store, UnixFsProfile profile) =>
        Add(content, store, profile, UnixFsMetadata.None);

    /// <inheritdoc cref="Add(Stream, IBlockStore, UnixFsProfile)"/>
    public static AddedContent Add(Stream content, IBlockStore store, UnixFsProfile profile, UnixFsMetadata metadata)
    {
        var builder = new FileBuilder(store, profile, metadata);
        builder.AppendAll(content, CancellationToken.None);
        return builder.Complete();
    }

    /// <summary>Takes the next bytes of the file.</summary>
    /// <exception cref="InvalidOperationException">The file is complete.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ThrowIfComplete();
        while (!bytes.IsEmpty)
        {
            if (_chunkLength == _profile.ChunkBytes)
            {
                WriteLeaf();
            }

            GrowBufferIfFull();
            var taken = Math.Min(bytes.Length, _chunk.Length - _chunkLength);
            bytes[..taken].CopyTo(_chunk.AsSpan(_chunkLength));
            _chunkLength += taken;
            bytes = bytes[taken..];
        }
    }

    /// <summary>Takes all bytes of a stream, read straight into chunks.</summary>
    /// <param name="content">Read to its end.</param>
    /// <param name="cancellationToken">Stops between two reads; the file cannot be completed then.</param>
    /// <exception cref="InvalidOperationException">The file is complete.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void AppendAll(Stream content, CancellationToken cancellationToken)
    {
        ThrowIfComplete();
        // A full chunk is kept until the next bytes have come, into a second buffer.
        byte[] next = [];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isFull = _chunkLength == _profile.ChunkBytes;
            if (isFull && next.Length == 0)
            {
                next = new byte[_profile.ChunkBytes];
            }

            GrowBufferIfFull();
            var read = content.Read(isFull ? next : _chunk.AsSpan(_chunkLength));
            if (read == 0)
            {
                return;
            }

            if (isFull)
            {
                WriteLeaf();
                (_chunk, next) = (next, _chunk);
            }

            _chunkLength += read;
        }
    }

    /// <summary>Writes what is left and returns the root.</summary>
    /// <exception cref="InvalidOperationException">The file is complete already.</exception>
    public AddedContent Complete()
    {
        ThrowIfComplete();
        _isComplete = true;
        if (!_metadata.IsEmpty && _levels is [{ Count: 0 }])
        {
            return ToContent(WriteNode([], _chunk.AsMemory(0, _chunkLength), _metadata));
        }

        WriteLeaf();
        for (var level = 0; level < _levels.Count - 1; level++)
        {
            Group(level);
        }

        // A level exists only because the one below had more parts than one node can link, so this is the first chunk of
        // the file alone, or two parts and more.
        return ToContent(_levels[^1] is [var onlyChunk] ? onlyChunk : WriteNode(_levels[^1], data: null, _metadata));
    }

    private void ThrowIfComplete()
    {
        if (_isComplete)
        {
            throw new InvalidOperationException("The file is complete.");
        }
    }

    private void GrowBufferIfFull()
    {
        if (_chunkLength == _chunk.Length && _chunkLength < _profile.ChunkBytes)
        {
            Array.Resize(ref _chunk, (int)Math.Min(2L * _chunk.Length, _profile.ChunkBytes));
        }
    }

    // A full chunk is written when more follows, and a full node when it gets one part too many: what is still here at the
    // end is the last one, and may be the root.
    private void WriteLeaf()
    {
        var content = _chunk.AsMemory(0, _chunkLength);
        Place(0, _profile.HasRawLeaves ? WriteRaw(content) : WriteNode([], content, UnixFsMetadata.None));
        _chunkLength = 0;
    }

    private void Place(int level, Part part)
    {
        if (level == _levels.Count)
        {
            _levels.Add([]);
        }

        if (_levels[level].Count == _profile.MaxLinks)
        {
            Group(level);
        }

        _levels[level].Add(part);
    }

    private void Group(int level)
    {
        var parts = _levels[level];
        var node = WriteNode(parts, data: null, UnixFsMetadata.None);
        parts.Clear();
        Place(level + 1, node);
    }

    private Part WriteRaw(ReadOnlyMemory<byte> content)
    {
        var block = Block.Create(cidVersion: 1, Multicodec.Raw, content);
        _store.Put(block);
        return new(block.Cid, (ulong)content.Length, (ulong)content.Length);
    }

    private Part WriteNode(IReadOnlyCollection<Part> parts, ReadOnlyMemory<byte>? data, UnixFsMetadata metadata)
    {
        var size = (ulong)(data?.Length ?? 0);
        var below = 0UL;
        foreach (var part in parts)
        {
            size += part.Size;
            below += part.Tsize;
        }

        var message = new UnixFsData
        {
            Type = UnixFsType.File,
            Data = data is { IsEmpty: false } ? data : null,
            FileSize = size,
            BlockSizes = [.. parts.Select(part => part.Size)],
            Metadata = metadata,
        };
        var node = new PbNode([.. parts.Select(part => new PbLink(part.Cid, ReadOnlyMemory<byte>.Empty, part.Tsize))], message.Encode());
        var block = Block.Create(_profile.CidVersion, Multicodec.DagPb, node.Encode());
        _store.Put(block);
        return new(block.Cid, size, below + (ulong)block.Data.Length);
    }

    private static AddedContent ToContent(Part root) => new(root.Cid, (long)root.Size, root.Tsize);

    private readonly record struct Part(Cid Cid, ulong Size, ulong Tsize);
}
