using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Pond.Ledger.Accounts;

/// <summary>The data of the sysvar accounts, in their exact layouts.</summary>
internal static class Sysvars
{
    internal const ulong ClockSizeBytes = 40;
    internal const ulong SlotHashesSizeBytes = sizeof(ulong) + (RecentBlocks.MaxBlocks * SlotHashSizeBytes);
    internal const ulong RecentBlockhashesSizeBytes = sizeof(ulong) + (Bank.MaxProcessingAge * RecentBlockhashSizeBytes);
    // A tag, the number of words, the words, the number of bits, the next slot.
    internal const ulong SlotHistorySizeBytes = 1 + sizeof(ulong) + (SlotHistorySlots / 8) + sizeof(ulong) + sizeof(ulong);

    private const int SlotHashSizeBytes = sizeof(ulong) + Hash.SizeBytes;
    private const int RecentBlockhashSizeBytes = Hash.SizeBytes + sizeof(ulong);
    internal const int SlotHistorySlots = 1024 * 1024;
    private const int StakeHistorySizeBytes = sizeof(ulong) + (512 * 4 * sizeof(ulong));

    /// <summary>Slot, the epoch's first time, epoch, the next schedule's epoch, time.</summary>
    internal static ImmutableArray<byte> Clock(Genesis genesis, Slot slot)
    {
        var epochs = new EpochSchedule(genesis.SlotsPerEpoch);
        var epoch = epochs.EpochOf(slot);
        var bytes = new byte[ClockSizeBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, slot.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), TimeOf(genesis, epochs.FirstSlotOf(epoch)).ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), epochs.LeaderScheduleEpochOf(slot));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), TimeOf(genesis, slot).ToUnixTimeSeconds());
        return [.. bytes];
    }

    /// <summary>Price per byte and year, years of exemption, burn percentage.</summary>
    internal static ImmutableArray<byte> RentData()
    {
        var bytes = new byte[17];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Rent.LamportsPerByte / 2);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8), 2.0);
        bytes[16] = 50;
        return [.. bytes];
    }

    /// <summary>Slots per epoch, schedule offset, no warm-up.</summary>
    internal static ImmutableArray<byte> EpochScheduleData(Genesis genesis)
    {
        var bytes = new byte[33];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, genesis.SlotsPerEpoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), genesis.SlotsPerEpoch);
        return [.. bytes];
    }

    /// <summary>The price of a signature.</summary>
    internal static ImmutableArray<byte> Fees()
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Bank.FeePerSignature.Value);
        return [.. bytes];
    }

    /// <summary>A slot; 0, as no restart ever dropped blocks.</summary>
    internal static ImmutableArray<byte> LastRestartSlot() => [.. new byte[sizeof(ulong)]];

    /// <summary>No epochs: nobody's stake makes blocks.</summary>
    internal static ImmutableArray<byte> StakeHistory() => [.. new byte[StakeHistorySizeBytes]];

    /// <summary>How many, then slot and hash of each, newest first; zeros behind.</summary>
    internal static ImmutableArray<byte> SlotHashes(IEnumerable<(Slot Slot, Hash Hash)> newestFirst)
    {
        var bytes = new byte[SlotHashesSizeBytes];
        var count = 0;
        foreach (var (slot, hash) in newestFirst)
        {
            var entry = bytes.AsSpan(sizeof(ulong) + (count++ * SlotHashSizeBytes));
            BinaryPrimitives.WriteUInt64LittleEndian(entry, slot.Value);
            hash.CopyTo(entry[sizeof(ulong)..]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)count);
        return [.. bytes];
    }

    /// <summary>How many, then hash and price of a signature for each, newest first; zeros behind.</summary>
    internal static ImmutableArray<byte> RecentBlockhashes(IEnumerable<(Slot Slot, Hash Hash)> newestFirst)
    {
        var bytes = new byte[RecentBlockhashesSizeBytes];
        var count = 0;
        foreach (var (_, hash) in newestFirst.Take(Bank.MaxProcessingAge))
        {
            var entry = bytes.AsSpan(sizeof(ulong) + (count++ * RecentBlockhashSizeBytes));
            hash.CopyTo(entry);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[Hash.SizeBytes..], Bank.FeePerSignature.Value);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)count);
        return [.. bytes];
    }

    /// <summary>A bit for each of the last 2^20 slots, at its number modulo 2^20, set if it has a block; then the slot after the last block's.</summary>
    /// <param name="latest">The last block's slot.</param>
    /// <param name="skipped">The ranges of slots without a block, both ends included.</param>
    internal static ImmutableArray<byte> SlotHistory(Slot latest, IEnumerable<(Slot First, Slot Last)> skipped)
    {
        const int WordCount = SlotHistorySlots / 64;
        var bytes = new byte[SlotHistorySizeBytes];
        bytes[0] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), WordCount);
        var bits = bytes.AsSpan(1 + sizeof(ulong), SlotHistorySlots / 8);
        var next = latest + 1;
        var oldest = next.Value - Math.Min(next.Value, SlotHistorySlots);
        for (var slot = oldest; slot < next.Value; slot++)
        {
            // Little-endian words of 64 bits: bit n of the whole is bit n % 8 of byte n / 8.
            var bit = (int)(slot % SlotHistorySlots);
            bits[bit / 8] |= (byte)(1 << (bit % 8));
        }

        foreach (var (first, last) in skipped)
        {
            for (var slot = Math.Max(first.Value, oldest); slot <= last.Value; slot++)
            {
                var bit = (int)(slot % SlotHistorySlots);
                bits[bit / 8] &= unchecked((byte)~(1 << (bit % 8)));
            }
        }

        var tail = bytes.AsSpan(1 + sizeof(ulong) + bits.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(tail, SlotHistorySlots);
        BinaryPrimitives.WriteUInt64LittleEndian(tail[sizeof(ulong)..], next.Value);
        return [.. bytes];
    }

    internal static DateTimeOffset TimeOf(Genesis genesis, Slot slot) =>
        genesis.CreatedAt + new TimeSpan(checked(genesis.SlotDuration.Ticks * (long)slot.Value));
}
