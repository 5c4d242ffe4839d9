using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pond.Ledger.Journal;

/// <summary>The head of one frame of a journal's file. Its bytes are in docs/protocol/journal.md.</summary>
/// <param name="Kind">What the frame holds.</param>
/// <param name="PayloadSizeBytes">The size of what follows the head, without the chained hash at the end.</param>
/// <param name="Height">The block's height; for a mark, that of the block before.</param>
/// <param name="Slot">The block's slot.</param>
/// <param name="SyncedTo">So many bytes of the file were surely on the disk when this frame was written.</param>
internal readonly record struct JournalFrame(JournalFrameKind Kind, int PayloadSizeBytes, ulong Height, Slot Slot, long SyncedTo)
{
    /// <summary>The size of a head.</summary>
    internal const int HeadSizeBytes = CheckedSizeBytes + CheckSizeBytes;

    /// <summary>The longest payload: a full block's transactions, and room to spare.</summary>
    internal const int MaxPayloadSizeBytes = 512 * 1024 * 1024;

    private const uint Magic = 0x00444E50;
    private const int CheckedSizeBytes = 4 + 4 + 8 + 8 + 8;
    private const int CheckSizeBytes = 8;

    /// <summary>The size of the whole frame.</summary>
    internal long SizeBytes => HeadSizeBytes + (long)PayloadSizeBytes + Hash.SizeBytes;

    /// <summary>Appends a whole frame.</summary>
    /// <returns>The chain with this frame in it.</returns>
    internal Hash Write(IBufferWriter<byte> output, ReadOnlySpan<byte> payload, Hash salt, Hash chain)
    {
        var frame = output.GetSpan((int)SizeBytes)[..(int)SizeBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic | ((uint)Kind << 24));
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], PayloadSizeBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], Height);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[16..], Slot.Value);
        BinaryPrimitives.WriteInt64LittleEndian(frame[24..], SyncedTo);
        WriteCheck(frame, salt, frame[CheckedSizeBytes..HeadSizeBytes]);
        payload.CopyTo(frame[HeadSizeBytes..]);
        var next = Chain(chain, frame[..^Hash.SizeBytes]);
        next.CopyTo(frame[^Hash.SizeBytes..]);
        output.Advance(frame.Length);
        return next;
    }

    /// <summary>Reads a head; false if these bytes are none of this file.</summary>
    internal static bool TryReadHead(ReadOnlySpan<byte> bytes, Hash salt, out JournalFrame frame)
    {
        frame = default;
        if (bytes.Length < HeadSizeBytes)
        {
            return false;
        }

        var mark = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        Span<byte> check = stackalloc byte[CheckSizeBytes];
        if ((mark & 0x00FF_FFFF) != Magic)
        {
            return false;
        }

        WriteCheck(bytes, salt, check);
        if (!check.SequenceEqual(bytes[CheckedSizeBytes..HeadSizeBytes]))
        {
            return false;
        }

        frame = new(
            (JournalFrameKind)(mark >> 24),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            new Slot(BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
        return frame.PayloadSizeBytes is >= 0 and <= MaxPayloadSizeBytes && frame.SyncedTo >= 0;
    }

    /// <summary>The chain with one more frame in it.</summary>
    /// <param name="chain">The chain before.</param>
    /// <param name="headAndPayload">The frame without its end.</param>
    internal static Hash Chain(Hash chain, ReadOnlySpan<byte> headAndPayload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> digest = stackalloc byte[Hash.SizeBytes];
        chain.CopyTo(digest);
        hash.AppendData(digest);
        hash.AppendData(headAndPayload);
        _ = hash.GetHashAndReset(digest);
        return new Hash(digest);
    }

    private static void WriteCheck(ReadOnlySpan<byte> head, Hash salt, Span<byte> check)
    {
        Span<byte> input = stackalloc byte[Hash.SizeBytes + CheckedSizeBytes];
        salt.CopyTo(input);
        head[..CheckedSizeBytes].CopyTo(input[Hash.SizeBytes..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(input, digest);
        digest[..CheckSizeBytes].CopyTo(check);
    }
}

/// <summary>What a frame holds. The numbers are on disks, so none is ever given another meaning.</summary>
internal enum JournalFrameKind : byte
{
    /// <summary>Nothing; never valid.</summary>
    None = 0,

    /// <summary>A block: <see cref="BlockRecord"/>.</summary>
    Block = 1,

    /// <summary>The journal was closed in order, so nothing before can be torn.</summary>
    Closed = 2,
}
