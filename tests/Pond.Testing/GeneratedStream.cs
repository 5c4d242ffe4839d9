using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Pond.Testing;

/// <summary>Content of any length that is made while it is read and always the same.</summary>
public sealed class GeneratedStream : Stream
{
    private readonly Action<byte[]> _fill;
    private readonly byte[] _block;
    private long _left;
    private int _taken;

    private GeneratedStream(long length, int blockBytes, Action<byte[]> fill)
    {
        _left = length;
        _fill = fill;
        _block = new byte[blockBytes];
        _taken = blockBytes;
    }

    /// <summary>Zero bytes.</summary>
    public static Stream Zeros(long length) => new GeneratedStream(length, 64 * 1024, static _ => { });

    /// <summary>The 32-bit xorshift generator (13, 17, 5), its states as little-endian bytes, the seed itself not among them.</summary>
    public static Stream XorShift32(uint seed, long length)
    {
        var state = seed;
        return new GeneratedStream(length, 64 * 1024, block =>
        {
            for (var offset = 0; offset < block.Length; offset += sizeof(uint))
            {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(offset), state);
            }
        });
    }

    /// <summary>The ChaCha20 key stream (RFC 8439) of the key sha2-256(seed), a zero nonce, and a counter from 0.</summary>
    public static Stream ChaCha20(string seed, long length)
    {
        var state = new uint[16];
        uint[] constants = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574];
        constants.CopyTo(state, 0);
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(seed));
        for (var word = 0; word < 8; word++)
        {
            state[4 + word] = BinaryPrimitives.ReadUInt32LittleEndian(key.AsSpan(word * sizeof(uint)));
        }

        return new GeneratedStream(length, 64, block => NextChaChaBlock(state, block));
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = 0;
        while (read < buffer.Length && _left > 0)
        {
            if (_taken == _block.Length)
            {
                _fill(_block);
                _taken = 0;
            }

            var count = (int)Math.Min(Math.Min(buffer.Length - read, _block.Length - _taken), _left);
            _block.AsSpan(_taken, count).CopyTo(buffer[read..]);
            read += count;
            _taken += count;
            _left -= count;
        }

        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is ever written.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static void NextChaChaBlock(uint[] state, Span<byte> block)
    {
        Span<uint> words = stackalloc uint[16];
        state.CopyTo(words);
        for (var round = 0; round < 10; round++)
        {
            Quarter(words, 0, 4, 8, 12);
            Quarter(words, 1, 5, 9, 13);
            Quarter(words, 2, 6, 10, 14);
            Quarter(words, 3, 7, 11, 15);
            Quarter(words, 0, 5, 10, 15);
            Quarter(words, 1, 6, 11, 12);
            Quarter(words, 2, 7, 8, 13);
            Quarter(words, 3, 4, 9, 14);
        }

        for (var word = 0; word < 16; word++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block[(word * sizeof(uint))..], unchecked(words[word] + state[word]));
        }

        state[12]++;
    }

    private static void Quarter(Span<uint> words, int a, int b, int c, int d)
    {
        unchecked
        {
            words[a] += words[b];
            words[d] = BitOperations.RotateLeft(words[d] ^ words[a], 16);
            words[c] += words[d];
            words[b] = BitOperations.RotateLeft(words[b] ^ words[c], 12);
            words[a] += words[b];
            words[d] = BitOperations.RotateLeft(words[d] ^ words[a], 8);
            words[c] += words[d];
            words[b] = BitOperations.RotateLeft(words[b] ^ words[c], 7);
        }
    }
}
