using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pond.Ledger.Snapshots;

/// <summary>Reads what a <see cref="StateWriter"/> wrote. Whatever else the bytes are, it throws <see cref="FormatException"/>.</summary>
/// <param name="input">The bytes.</param>
/// <param name="genesis">The network, which values may refer to.</param>
/// <param name="bufferSizeBytes">How many are read ahead; at least as many as the longest plain value has, 32.</param>
/// <param name="isHashed">Whether a hash of all stands at the end.</param>
internal sealed class StateReader(Stream input, Genesis? genesis, int bufferSizeBytes = 64 * 1024, bool isHashed = true) : IDisposable
{
    // More than any one text, byte string or list of a ledger of ours has; a damaged size must not reserve memory.
    private const int MaxCount = 256 * 1024 * 1024;

    private readonly byte[] _buffer = new byte[bufferSizeBytes];
    private readonly IncrementalHash? _hash = isHashed ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private int _position;
    private int _count;
    private int _hashed;

    /// <summary>The network, which values may refer to.</summary>
    internal Genesis Genesis => genesis ?? throw new FormatException("A value refers to the genesis, which is not known here.");

    internal byte Byte() => Take(1)[0];

    internal ulong Number() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>A number of a kind that can't be larger.</summary>
    internal ulong NumberUpTo(ulong most) =>
        Number() is var number && number <= most ? number : throw new FormatException($"A number is {number} and can be at most {most}.");

    internal int Count()
    {
        var value = 0UL;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value <= MaxCount ? (int)value : throw new FormatException($"A count of {value} is beyond all bounds.");
            }
        }

        throw new FormatException("A count does not end.");
    }

    internal byte[] Bytes(int count)
    {
        if (count <= _buffer.Length)
        {
            return Take(count).ToArray();
        }

        using var bytes = new MemoryStream(Math.Min(count, _buffer.Length));
        while (count > 0)
        {
            var part = Take(Math.Min(count, _buffer.Length));
            bytes.Write(part);
            count -= part.Length;
        }

        return bytes.ToArray();
    }

    internal byte[] Sized() => Bytes(Count());

    internal string Text() => System.Text.Encoding.UTF8.GetString(Sized());

    internal Hash Hash() => new(Take(Pond.Primitives.Hash.SizeBytes));

    /// <summary>Sees that the hash of all that was read follows, and then nothing.</summary>
    /// <exception cref="InvalidOperationException">No hash is expected.</exception>
    internal void Finish()
    {
        HashTaken();
        var expected = new Hash((_hash ?? throw new InvalidOperationException("No hash is expected.")).GetHashAndReset());
        if (Hash() != expected || _position < _count || input.ReadByte() >= 0)
        {
            throw new FormatException("What was read is not what was written: the hashes differ.");
        }
    }

    public void Dispose() => _hash?.Dispose();

    private void HashTaken()
    {
        _hash?.AppendData(_buffer.AsSpan(_hashed, _position - _hashed));
        _hashed = _position;
    }

    // The span holds until the next call.
    private ReadOnlySpan<byte> Take(int size)
    {
        if (_count - _position < size)
        {
            HashTaken();
            _buffer.AsSpan(_position, _count - _position).CopyTo(_buffer);
            (_count, _position, _hashed) = (_count - _position, 0, 0);
            _count += input.ReadAtLeast(_buffer.AsSpan(_count), size - _count, throwOnEndOfStream: false);
            if (_count < size)
            {
                throw new FormatException("It ends too early.");
            }
        }

        _position += size;
        return _buffer.AsSpan(_position - size, size);
    }
}
