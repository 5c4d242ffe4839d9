using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pond.Ledger.Snapshots;

/// <summary>Writes plain values one after the other, and hashes what it writes.</summary>
/// <param name="output">Takes the bytes.</param>
/// <param name="bufferSizeBytes">How many are held back; at least as many as the longest plain value has, 32.</param>
/// <param name="isHashed">Whether a hash of all is wanted at the end.</param>
internal sealed class StateWriter(Stream output, int bufferSizeBytes = 64 * 1024, bool isHashed = true) : IDisposable
{
    private readonly byte[] _buffer = new byte[bufferSizeBytes];
    private readonly IncrementalHash? _hash = isHashed ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private int _count;

    internal void Byte(byte value) => Reserve(1)[0] = value;

    internal void Number(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);

    /// <summary>A size or a count: small in most cases, so it takes as many bytes as it needs.</summary>
    internal void Count(int value)
    {
        var left = (uint)value;
        for (; left >= 0x80; left >>= 7)
        {
            Byte((byte)((left & 0x7F) | 0x80));
        }

        Byte((byte)left);
    }

    /// <summary>Bytes whose number the reader knows.</summary>
    internal void Bytes(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var part = bytes[..Math.Min(bytes.Length, _buffer.Length)];
            part.CopyTo(Reserve(part.Length));
            bytes = bytes[part.Length..];
        }
    }

    /// <summary>Bytes with their number before them.</summary>
    internal void Sized(ReadOnlySpan<byte> bytes)
    {
        Count(bytes.Length);
        Bytes(bytes);
    }

    internal void Text(string text) => Sized(System.Text.Encoding.UTF8.GetBytes(text));

    internal void Hash(Hash hash) => hash.CopyTo(Reserve(Pond.Primitives.Hash.SizeBytes));

    /// <summary>Ends with the hash of all that was written.</summary>
    /// <exception cref="InvalidOperationException">No hash was made.</exception>
    internal void Finish()
    {
        Flush();
        output.Write((_hash ?? throw new InvalidOperationException("No hash was made.")).GetHashAndReset());
    }

    /// <summary>Hands over what is still held back; without a hash at the end.</summary>
    internal void Flush()
    {
        _hash?.AppendData(_buffer.AsSpan(0, _count));
        output.Write(_buffer.AsSpan(0, _count));
        _count = 0;
    }

    public void Dispose() => _hash?.Dispose();

    private Span<byte> Reserve(int size)
    {
        if (_buffer.Length - _count < size)
        {
            Flush();
        }

        _count += size;
        return _buffer.AsSpan(_count - size, size);
    }
}
