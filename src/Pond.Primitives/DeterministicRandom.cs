using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pond.Primitives;

/// <summary>
/// Random numbers that a seed repeats on every machine and .NET version: SHA-256 of (seed, stream name, counter), read as
/// little-endian words. Not for keys.
/// </summary>
/// <remarks>
/// One named stream per purpose, so that drawing more in one place moves nothing elsewhere. The algorithm is part of the
/// protocol where a beacon is the seed: auditors draw their samples, and candidates their auditors, from it.
/// </remarks>
public sealed class DeterministicRandom
{
    private const int WordsPerBlock = SHA256.HashSizeInBytes / sizeof(ulong);

    private readonly byte[] _input;
    private readonly ulong[] _words = new ulong[WordsPerBlock];
    private ulong _counter;
    private int _next = WordsPerBlock;

    private DeterministicRandom(ReadOnlySpan<byte> seed, string stream)
    {
        var name = System.Text.Encoding.UTF8.GetBytes(stream);
        // Both lengths are part of the input, so that no two pairs of seed and name run together.
        _input = new byte[4 + seed.Length + 4 + name.Length + sizeof(ulong)];
        BinaryPrimitives.WriteInt32LittleEndian(_input, seed.Length);
        seed.CopyTo(_input.AsSpan(4));
        BinaryPrimitives.WriteInt32LittleEndian(_input.AsSpan(4 + seed.Length), name.Length);
        name.CopyTo(_input.AsSpan(8 + seed.Length));
    }

    /// <summary>The stream of that name for that seed.</summary>
    public static DeterministicRandom ForStream(ReadOnlySpan<byte> seed, string stream) => new(seed, stream);

    /// <summary>The stream of that name for that seed.</summary>
    public static DeterministicRandom ForStream(ulong seed, string stream)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        return new(bytes, stream);
    }

    /// <summary>All 64-bit numbers with equal chance.</summary>
    public ulong NextUInt64()
    {
        if (_next == WordsPerBlock)
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(_input.AsSpan(_input.Length - sizeof(ulong)), _counter++);
            SHA256.HashData(_input, digest);
            for (var index = 0; index < WordsPerBlock; index++)
            {
                _words[index] = BinaryPrimitives.ReadUInt64LittleEndian(digest[(index * sizeof(ulong))..]);
            }

            _next = 0;
        }

        return _words[_next++];
    }

    /// <summary>A number from 0 up to, without, <paramref name="bound"/>, all with equal chance.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is 0.</exception>
    public ulong NextBelow(ulong bound)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bound);
        // The lowest 2^64 mod bound numbers are drawn again: without that, a remainder favours the small results.
        var rejected = unchecked(0UL - bound) % bound;
        ulong word;
        do
        {
            word = NextUInt64();
        }
        while (word < rejected);

        return word % bound;
    }

    /// <inheritdoc cref="NextBelow(ulong)"/>
    public int NextBelow(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)NextBelow((ulong)bound);
    }

    /// <summary>True <paramref name="times"/> in <paramref name="outOf"/> times.</summary>
    public bool Chance(int times, int outOf) => NextBelow(outOf) < times;

    /// <summary>Puts the items into a random order, each order with equal chance (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextBelow(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}
