namespace Pond.Server.Ledger.Storage;

/// <summary>Compares what is written to it with another stream.</summary>
internal sealed class ComparingStream(Stream expected) : Stream
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private bool _isEqual = true;

    /// <summary>Whether all that was written is all that the other stream has.</summary>
    internal bool IsEqual => _isEqual && expected.ReadByte() < 0;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (_isEqual && buffer.Length > 0)
        {
            var count = expected.ReadAtLeast(_buffer.AsSpan(0, Math.Min(buffer.Length, _buffer.Length)), Math.Min(buffer.Length, _buffer.Length), throwOnEndOfStream: false);
            _isEqual = count > 0 && _buffer.AsSpan(0, count).SequenceEqual(buffer[..count]);
            buffer = buffer[count..];
        }
    }
}
