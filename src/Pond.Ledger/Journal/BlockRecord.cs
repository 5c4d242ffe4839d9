using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Journal;

/// <summary>All that it takes to make a block again: its transactions in order, the producer's proof, and the slot that was opened after it.</summary>
public sealed record BlockRecord
{
    private const byte Version = 1;
    private const byte TransactionEntry = 1;
    private const int EntryHeadSizeBytes = 1 + sizeof(int);
    private const int FixedSizeBytes = 1 + Hash.SizeBytes + Hash.SizeBytes + 1 + VrfProof.OutputSizeBytes + sizeof(ulong) + sizeof(int);

    /// <summary>The block's slot.</summary>
    public required Slot Slot { get; init; }

    /// <summary>The block's height; at least 1, for the first block follows from the genesis.</summary>
    public required ulong Height { get; init; }

    /// <summary>The parent's hash.</summary>
    public required Hash ParentHash { get; init; }

    /// <summary>The block's hash, which making it again must give.</summary>
    public required Hash Hash { get; init; }

    /// <summary>The producer's proof; null in tests and simulations, which make their own beacons.</summary>
    public required VrfProof? Proof { get; init; }

    /// <summary>The beacon: what the proof stands for.</summary>
    public required ImmutableArray<byte> Beacon { get; init; }

    /// <summary>The slot that was opened after the block.</summary>
    public required Slot Next { get; init; }

    /// <summary>The transactions that landed, in order.</summary>
    public required ImmutableArray<Transaction> Transactions { get; init; }

    /// <summary>What was done without a transaction, in order; nothing but on a local network.</summary>
    public ImmutableArray<PlacedEntry> Entries { get; init; } = [];

    /// <summary>What a block's record is.</summary>
    /// <param name="block">The block.</param>
    /// <param name="next">The slot that was opened after it.</param>
    /// <param name="entries">What was done without a transaction.</param>
    public static BlockRecord Of(Block block, Slot next, ImmutableArray<PlacedEntry> entries = default) => new()
    {
        Slot = block.Slot,
        Height = block.Height,
        ParentHash = block.ParentHash,
        Hash = block.Hash,
        Proof = block.Proof,
        Beacon = block.Beacon,
        Next = next,
        Transactions = [.. block.Transactions.Select(result => result.Transaction)],
        Entries = entries.IsDefault ? [] : entries,
    };

    internal ReadOnlySpan<byte> ToPayload(ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        var fields = buffer.GetSpan(FixedSizeBytes)[..FixedSizeBytes];
        fields[0] = Version;
        ParentHash.CopyTo(fields[1..]);
        Hash.CopyTo(fields[33..]);
        fields[65] = Proof is null ? (byte)0 : (byte)1;
        Beacon.CopyTo(fields[66..]);
        BinaryPrimitives.WriteUInt64LittleEndian(fields[130..], Next.Value);
        BinaryPrimitives.WriteInt32LittleEndian(fields[138..], Transactions.Length);
        buffer.Advance(FixedSizeBytes);
        if (Proof is not null)
        {
            buffer.Write(Proof.ToArray());
        }

        var placed = 0;
        for (var index = 0; index <= Transactions.Length; index++)
        {
            for (; placed < Entries.Length && Entries[placed].Before <= index; placed++)
            {
                WriteEntry(buffer, Entries[placed].Entry);
            }

            if (index == Transactions.Length)
            {
                break;
            }

            var transaction = Transactions[index];
            var bytes = transaction.Serialize();
            var head = buffer.GetSpan(3);
            head[0] = TransactionEntry;
            BinaryPrimitives.WriteUInt16LittleEndian(head[1..], checked((ushort)bytes.Length));
            buffer.Advance(3);
            buffer.Write(bytes);
        }

        return buffer.WrittenSpan;
    }

    private static void WriteEntry(ArrayBufferWriter<byte> buffer, LocalEntry entry)
    {
        var head = buffer.GetSpan(EntryHeadSizeBytes);
        head[0] = (byte)entry.Kind;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], entry.Bytes.Length);
        buffer.Advance(EntryHeadSizeBytes);
        buffer.Write(entry.Bytes.AsSpan());
    }

    // Null if there is none at the beginning of the bytes.
    private static LocalEntry? TryReadEntry(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < EntryHeadSizeBytes || !Enum.IsDefined((LocalEntryKind)bytes[0]) || bytes[0] == 0)
        {
            return null;
        }

        var size = BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]);
        return size >= 0 && size <= bytes.Length - EntryHeadSizeBytes
            ? new((LocalEntryKind)bytes[0], [.. bytes.Slice(EntryHeadSizeBytes, size)])
            : null;
    }

    /// <summary>Reads what <see cref="ToPayload"/> wrote; null if it is something else.</summary>
    internal static BlockRecord? TryRead(JournalFrame frame, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < FixedSizeBytes || payload[0] != Version || payload[65] > 1)
        {
            return null;
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(payload[138..]);
        var rest = payload[FixedSizeBytes..];
        VrfProof? proof = null;
        if (payload[65] == 1)
        {
            if (rest.Length < VrfProof.SizeBytes)
            {
                return null;
            }

            proof = new VrfProof(rest[..VrfProof.SizeBytes]);
            rest = rest[VrfProof.SizeBytes..];
        }

        var transactions = ImmutableArray.CreateBuilder<Transaction>();
        var entries = ImmutableArray.CreateBuilder<PlacedEntry>();
        while (rest.Length >= 3)
        {
            if (TryReadEntry(rest) is { } entry)
            {
                entries.Add(new(transactions.Count, entry));
                rest = rest[(EntryHeadSizeBytes + entry.Bytes.Length)..];
                continue;
            }

            var size = BinaryPrimitives.ReadUInt16LittleEndian(rest[1..]);
            if (rest[0] != TransactionEntry || rest.Length < 3 + size
                || !Transaction.TryRead(rest.Slice(3, size), out var transaction, out _))
            {
                return null;
            }

            transactions.Add(transaction!);
            rest = rest[(3 + size)..];
        }

        return rest.IsEmpty && transactions.Count == count
            ? new()
            {
                Slot = frame.Slot,
                Height = frame.Height,
                ParentHash = new Hash(payload.Slice(1, Hash.SizeBytes)),
                Hash = new Hash(payload.Slice(33, Hash.SizeBytes)),
                Proof = proof,
                Beacon = [.. payload.Slice(66, VrfProof.OutputSizeBytes)],
                Next = new Slot(BinaryPrimitives.ReadUInt64LittleEndian(payload[130..])),
                Transactions = transactions.ToImmutable(),
                Entries = entries.ToImmutable(),
            }
            : null;
    }
}
