using Pond.Primitives;

namespace Pond.Store.UnixFs;

/// <summary>A file in a store as a stream that can be read from any position; it reads the blocks it needs and no others.</summary>
/// <remarks>Reading throws <see cref="PondException"/> where a block is missing or malformed, as <see cref="FileCursor"/> does.</remarks>
public sealed class UnixFsFileStream : Stream
{
    private readonly IBlockStore _store;
    private readonly FileCursor _cursor;

    /// <summary>Opens a file.</summary>
    /// <exception cref="PondException"><c>block-missing</c>, <c>block-malformed</c> or <c>not-a-file</c>.</exception>
    public UnixFsFileStream(IBlockStore store, Cid root)
    {
        _store = store;
        _cursor = new(root);
        _cursor.Supply(store.Read(root));
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _cursor.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _cursor.Position;
        set => _cursor.Position = value;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ReadOnlyMemory<byte> bytes;
        while (!_cursor.TryRead(out bytes))
        {
            _cursor.Supply(_store.Read(_cursor.Needed!.Value));
        }

        var read = Math.Min(buffer.Length, bytes.Length);
        bytes.Span[..read].CopyTo(buffer);
        _cursor.Position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        SeekOrigin.End => Length + offset,
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "There is no such origin."),
    };

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is ever written.
    }

    /// <summary>Not supported: content never changes.</summary>
    public override void SetLength(long value) => throw new NotSupportedException("A file in the store never changes.");

    /// <summary>Not supported: content never changes.</summary>
    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A file in the store never changes.");
}
