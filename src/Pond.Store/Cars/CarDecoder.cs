using System.Diagnostics.CodeAnalysis;
using Pond.Primitives;

namespace Pond.Store.Cars;

/// <summary>Reads a CAR file of version 1 as its bytes arrive, and verifies each block before anybody sees it.</summary>
/// <remarks>
/// Append what has come, take blocks until there is none, repeat, and <see cref="Complete"/> at the end. Nothing is allocated
/// because a length in the file says so: the buffer grows with the bytes that were appended.
/// </remarks>
public sealed class CarDecoder
{
    /// <summary>The longest header: room for some 25,000 roots.</summary>
    public const int MaxHeaderBytes = 1024 * 1024;

    // A CID is at most version, codec, hash code and length, each a varint, and the longest digest; real ones have 36.
    private const int MaxSectionBytes = Block.MaxSizeBytes + (4 * Varint.MaxSizeBytes) + Multihash.MaxDigestBytes;

    private static readonly byte[] MapOfRoots = [0xA2, 0x65, .. "roots"u8];
    private static readonly byte[] LinkTag = [0xD8, 0x2A];
    private static readonly byte[] LinkPrefix = [0x00];
    private static readonly byte[] Version1 = [0x67, .. "version"u8, 0x01];

    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>The roots that the header names; null until it has been read. Nothing says that their blocks are in the file.</summary>
    public IReadOnlyList<Cid>? Roots { get; private set; }

    /// <summary>Takes the next bytes of the file. Blocks that were taken before lose their bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length - _end < bytes.Length)
        {
            var kept = _buffer.AsSpan(_start, _end - _start);
            var target = _buffer.Length - kept.Length >= bytes.Length
                ? _buffer
                : new byte[Math.Max(_buffer.Length * 2, kept.Length + bytes.Length)];
            kept.CopyTo(target);
            (_buffer, _start, _end) = (target, 0, kept.Length);
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Takes the next block.</summary>
    /// <param name="block">A verified block, whose bytes are good until the next <see cref="Append"/>.</param>
    /// <returns>False if more bytes are needed for one.</returns>
    /// <exception cref="PondException">
    /// <c>car-malformed</c>, or what <see cref="Block.Verify"/> throws. The decoder is not used any more then.
    /// </exception>
    public bool TryRead([NotNullWhen(true)] out Block? block)
    {
        block = null;
        if (Roots is null)
        {
            if (!TryTakeFrame(MaxHeaderBytes, "header", out var header))
            {
                return false;
            }

            Roots = ParseHeader(header.Span);
        }

        if (!TryTakeFrame(MaxSectionBytes, "section", out var section))
        {
            return false;
        }

        if (!Cid.TryRead(section.Span, out var cid, out var cidBytes))
        {
            throw StoreErrors.Car("a section does not begin with a CID.");
        }

        block = Block.Verify(cid, section[cidBytes..]);
        return true;
    }

    /// <summary>Says that no more bytes follow.</summary>
    /// <exception cref="PondException"><c>car-malformed</c>: the file ends within its header or a section.</exception>
    public void Complete()
    {
        if (Roots is null || _start != _end)
        {
            throw StoreErrors.Car("it is cut off.");
        }
    }

    private bool TryTakeFrame(int maxBytes, string what, out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        var available = _buffer.AsSpan(_start, _end - _start);
        if (!Varint.TryRead(available, out var length, out var lengthBytes))
        {
            return Varint.IsIncomplete(available)
                ? false
                : throw StoreErrors.Car($"the length of a {what} is no varint.");
        }

        if (length == 0 || length > (ulong)maxBytes)
        {
            throw StoreErrors.Car($"a {what} says that it has {length} bytes; 1 to {maxBytes} are allowed.");
        }

        if (available.Length - lengthBytes < (int)length)
        {
            return false;
        }

        frame = _buffer.AsMemory(_start + lengthBytes, (int)length);
        _start += lengthBytes + (int)length;
        return true;
    }

    private static List<Cid> ParseHeader(ReadOnlySpan<byte> header)
    {
        var rest = header;
        Expect(ref rest, MapOfRoots);
        var count = ReadHead(ref rest, major: 4);
        var roots = new List<Cid>();
        for (var index = 0; index < count; index++)
        {
            Expect(ref rest, LinkTag);
            var length = ReadHead(ref rest, major: 2);
            Expect(ref rest, LinkPrefix);
            if (length - 1 > rest.Length || !Cid.TryReadExactly(rest[..(length - 1)], out var root))
            {
                throw StoreErrors.Car("a root in the header is no CID.");
            }

            roots.Add(root);
            rest = rest[(length - 1)..];
        }

        Expect(ref rest, Version1);
        return rest.IsEmpty ? roots : throw StoreErrors.Car("its header has more fields than roots and version.");
    }

    private static void Expect(ref ReadOnlySpan<byte> source, ReadOnlySpan<byte> expected)
    {
        if (!source.StartsWith(expected))
        {
            throw StoreErrors.Car("its header is not a map of roots and version 1 in DAG-CBOR.");
        }

        source = source[expected.Length..];
    }

    private static int ReadHead(ref ReadOnlySpan<byte> source, int major)
    {
        if (source.IsEmpty || source[0] >> 5 != major)
        {
            throw StoreErrors.Car("its header is not a map of roots and version 1 in DAG-CBOR.");
        }

        // A number below 24 lies in the head itself; 24, 25 and 26 say that 1, 2 or 4 bytes follow, and only as many as needed.
        var info = source[0] & 0x1F;
        var sizeBytes = info switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, _ => int.MaxValue };
        if (sizeBytes > source.Length - 1)
        {
            throw StoreErrors.Car("a number in its header is cut off or too large.");
        }

        var value = sizeBytes == 0 ? info : 0L;
        foreach (var current in source.Slice(1, sizeBytes))
        {
            value = (value << 8) | current;
        }

        var least = sizeBytes switch { 0 => 0, 1 => 24, 2 => byte.MaxValue + 1, _ => ushort.MaxValue + 1 };
        if (value < least || value > MaxHeaderBytes || (major == 2 && value == 0))
        {
            throw StoreErrors.Car("a number in its header is not in its shortest form or too large.");
        }

        source = source[(1 + sizeBytes)..];
        return (int)value;
    }
}
