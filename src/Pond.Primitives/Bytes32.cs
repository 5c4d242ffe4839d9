using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pond.Primitives;

/// <summary>Thirty-two bytes held by value: what a <see cref="Pubkey"/> and a <see cref="Hash"/> are made of.</summary>
/// <remarks>Ordered as unsigned bytes from the first to the last.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Bytes32 : IEquatable<Bytes32>, IComparable<Bytes32>
{
    /// <summary>How many bytes there are.</summary>
    public const int SizeBytes = 32;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <summary>Copies the bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 32 bytes long.</exception>
    public Bytes32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes)
        {
            throw new ArgumentException($"Expected {SizeBytes} bytes, got {bytes.Length}.", nameof(bytes));
        }

        this = MemoryMarshal.Read<Bytes32>(bytes);
    }

    /// <summary>Writes the bytes to the start of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is shorter than 32 bytes.</exception>
    public void CopyTo(Span<byte> destination) => MemoryMarshal.Write(destination, in this);

    /// <summary>A new array with the bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SizeBytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(Bytes32 other) =>
        _first == other._first && _second == other._second && _third == other._third && _fourth == other._fourth;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Bytes32 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_first, _second, _third, _fourth);

    /// <inheritdoc/>
    public int CompareTo(Bytes32 other)
    {
        // Different keys nearly always differ in the first word.
        return _first != other._first ? Compare(_first, other._first)
            : _second != other._second ? Compare(_second, other._second)
            : _third != other._third ? Compare(_third, other._third)
            : Compare(_fourth, other._fourth);
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>Equality by value.</summary>
    public static bool operator ==(Bytes32 left, Bytes32 right) => left.Equals(right);

    /// <summary>Inequality by value.</summary>
    public static bool operator !=(Bytes32 left, Bytes32 right) => !left.Equals(right);

    // The words hold the bytes as they lie in memory; byte order is the big-endian reading of them.
    private static int Compare(ulong left, ulong right) =>
        BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReverseEndianness(left).CompareTo(BinaryPrimitives.ReverseEndianness(right))
            : left.CompareTo(right);
}
