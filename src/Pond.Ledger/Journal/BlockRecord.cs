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

    /// <summary>What a block's record is.</summary>
    /// <param name="block">The block.</param>
    /// <param name="next">The slot that was opened after it.</param>
    public static BlockRecord Of(Block block, Slot next) => new()
    {
        Slot = block.Slot,
        Height = block.Height,
        ParentHash = block.ParentHash,
        Hash = block.Hash,
        Proof = block.Proof,
        Beacon = block.Beacon,
        Next = next,
        Transactions = [.. block.Transactions.Select(result => result.Transaction)],
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

        foreach (var transaction in Transactions)
        {
            var bytes = transaction.Serialize();
            var head = buffer.GetSpan(3);
            // Other kinds of entries may follow one day: what a local network's owner did without a transaction.
            head[0] = TransactionEntry;
            BinaryPrimitives.WriteUInt16LittleEndian(head[1..], checked((ushort)bytes.Length));
            buffer.Advance(3);
            buffer.Write(bytes);
        }

        return buffer.WrittenSpan;
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
        for (; rest.Length >= 3; )
        {
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
            }
            : null;
    }
}
