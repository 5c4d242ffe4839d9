using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Pond.Ledger;

/// <summary>SHA-256 over many small pieces. They are gathered first: each call of the hash costs more than hashing a number.</summary>
internal sealed class BlockHasher : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _gathered = new byte[16 * 1024];
    private int _count;

    public void Dispose() => _hash.Dispose();

    internal void Append(byte value) => Reserve(1)[0] = value;

    /// <summary>Appends 8 little-endian bytes.</summary>
    internal void Append(ulong number) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), number);

    internal void Append(Bytes32 bytes) => bytes.CopyTo(Reserve(Bytes32.SizeBytes));

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= _gathered.Length)
        {
            bytes.CopyTo(Reserve(bytes.Length));
            return;
        }

        Flush();
        _hash.AppendData(bytes);
    }

    /// <summary>Appends how many bytes a text has in UTF-8, then those.</summary>
    internal void Append(string text)
    {
        var sizeBytes = Encoding.UTF8.GetByteCount(text);
        Append((ulong)sizeBytes);
        if (sizeBytes <= _gathered.Length)
        {
            _ = Encoding.UTF8.GetBytes(text, Reserve(sizeBytes));
            return;
        }

        Flush();
        _hash.AppendData(Encoding.UTF8.GetBytes(text));
    }

    internal Hash Finish()
    {
        Flush();
        return new(_hash.GetHashAndReset());
    }

    private Span<byte> Reserve(int sizeBytes)
    {
        if (_gathered.Length - _count < sizeBytes)
        {
            Flush();
        }

        _count += sizeBytes;
        return _gathered.AsSpan(_count - sizeBytes, sizeBytes);
    }

    private void Flush()
    {
        _hash.AppendData(_gathered.AsSpan(0, _count));
        _count = 0;
    }
}
