namespace Pond.Store.Cars;

/// <summary>The parts of a CAR file of version 1 that are not blocks: write the header, then for each block its prefix and its bytes.</summary>
public static class CarEncoder
{
    private const byte CborArray = 4 << 5;
    private const byte CborBytes = 2 << 5;

    /// <summary>The header with its length in front.</summary>
    /// <param name="roots">What the file is about; readers may find blocks of other things, too.</param>
    public static byte[] Header(IReadOnlyList<Cid> roots)
    {
        // A map of two entries with keys in DAG-CBOR's order; links have tag 42 and a zero byte before the binary CID.
        var body = new List<byte> { 0xA2, 0x65 };
        body.AddRange("roots"u8);
        WriteHead(body, CborArray, roots.Count);
        foreach (var root in roots)
        {
            body.AddRange([0xD8, 0x2A]);
            WriteHead(body, CborBytes, root.SizeBytes + 1);
            body.Add(0);
            body.AddRange(root.ToArray());
        }

        body.Add(0x67);
        body.AddRange("version"u8);
        body.Add(1);

        Span<byte> length = stackalloc byte[Varint.MaxSizeBytes];
        return [.. length[..Varint.Write(length, (ulong)body.Count)], .. body];
    }

    /// <summary>What stands before a block's bytes: the length of CID and bytes together, and the CID.</summary>
    /// <param name="cid">The block's name.</param>
    /// <param name="blockBytes">How many bytes the block has.</param>
    public static byte[] SectionPrefix(Cid cid, int blockBytes)
    {
        var length = (ulong)(cid.SizeBytes + blockBytes);
        var prefix = new byte[Varint.SizeOf(length) + cid.SizeBytes];
        cid.Write(prefix.AsSpan(Varint.Write(prefix, length)));
        return prefix;
    }

    private static void WriteHead(List<byte> destination, byte major, int value)
    {
        if (value < 24)
        {
            destination.Add((byte)(major | value));
            return;
        }

        // 24, 25 and 26 in the head say that the value follows in 1, 2 or 4 bytes.
        var (info, sizeBytes) = value <= byte.MaxValue ? (24, 1) : value <= ushort.MaxValue ? (25, 2) : (26, 4);
        destination.Add((byte)(major | info));
        for (var index = sizeBytes - 1; index >= 0; index--)
        {
            destination.Add((byte)((value >> (8 * index)) & 0xFF));
        }
    }
}
