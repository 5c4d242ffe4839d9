using System.Globalization;
using System.Numerics;
using Pond.Primitives;
using Pond.Primitives.Instructions;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Takes sysvars apart. Each is known by its address.</summary>
internal static class SysvarParser
{
    private const int MaxRecentBlockhashes = 150;
    private const int MaxSlotHashes = 512;
    private const int MaxStakeHistory = 512;

    private delegate object? Reading(ref LayoutReader reader);

    private static readonly Dictionary<Pubkey, (string Type, Reading Read)> Layouts = new()
    {
        [ProgramIds.Clock] = ("clock", Clock),
        [ProgramIds.Rent] = ("rent", Rent),
        [ProgramIds.EpochSchedule] = ("epochSchedule", EpochSchedule),
        [ProgramIds.RecentBlockhashes] = ("recentBlockhashes", RecentBlockhashes),
        [ProgramIds.SlotHashes] = ("slotHashes", SlotHashes),
        [ProgramIds.SlotHistory] = ("slotHistory", SlotHistory),
        [ProgramIds.StakeHistory] = ("stakeHistory", StakeHistory),
        [ProgramIds.Fees] = ("fees", Fees),
        [Pubkey.Parse("SysvarRewards111111111111111111111111111111")] = ("rewards", Rewards),
        [ProgramIds.LastRestartSlot] = ("lastRestartSlot", LastRestartSlot),
    };

    /// <summary>Takes a sysvar apart; null if the address is none's, or the data ends early.</summary>
    internal static ParsedInfo? Parse(Pubkey key, ReadOnlySpan<byte> data)
    {
        if (!Layouts.TryGetValue(key, out var layout))
        {
            return null;
        }

        var reader = new LayoutReader(data);
        return layout.Read(ref reader) is { } info && reader.IsGood ? new ParsedInfo(layout.Type, info) : null;
    }

    private static object Clock(ref LayoutReader reader)
    {
        var (slot, start, epoch, next, time) = (reader.UInt64(), reader.Int64(), reader.UInt64(), reader.UInt64(), reader.Int64());
        return new { slot, epoch, epochStartTimestamp = start, leaderScheduleEpoch = next, unixTimestamp = time };
    }

    private static object Rent(ref LayoutReader reader) => new
    {
        lamportsPerByteYear = Text(reader.UInt64()),
        exemptionThreshold = reader.Double(),
        burnPercent = reader.Byte(),
    };

    private static object EpochSchedule(ref LayoutReader reader) => new
    {
        slotsPerEpoch = reader.UInt64(),
        leaderScheduleSlotOffset = reader.UInt64(),
        warmup = reader.Byte() != 0,
        firstNormalEpoch = reader.UInt64(),
        firstNormalSlot = reader.UInt64(),
    };

    private static List<object>? RecentBlockhashes(ref LayoutReader reader) => List(ref reader, MaxRecentBlockhashes, static (ref LayoutReader entry) =>
        new { blockhash = entry.Hash(), feeCalculator = new TextFeeCalculator(entry.UInt64()) });

    private static List<object>? SlotHashes(ref LayoutReader reader) => List(ref reader, MaxSlotHashes, static (ref LayoutReader entry) =>
        new { slot = entry.UInt64(), hash = entry.Hash() });

    private static List<object>? StakeHistory(ref LayoutReader reader) => List(ref reader, MaxStakeHistory, static (ref LayoutReader entry) =>
        new
        {
            epoch = entry.UInt64(),
            stakeHistory = new { effective = entry.UInt64(), activating = entry.UInt64(), deactivating = entry.UInt64() },
        });

    // A byte that says whether there are bits, the words, how many bits count, the next slot.
    private static object? SlotHistory(ref LayoutReader reader)
    {
        var hasBits = reader.Byte() == 1;
        var wordCount = hasBits ? reader.UInt64() : 0;
        if (wordCount > (ulong)reader.Left / sizeof(ulong))
        {
            return null;
        }

        var words = new ulong[wordCount];
        for (var index = 0; index < words.Length; index++)
        {
            words[index] = reader.UInt64();
        }

        var bitCount = reader.UInt64();
        if (bitCount > wordCount * (ulong)(sizeof(ulong) * 8))
        {
            return null;
        }

        var bits = string.Create((int)bitCount, words, static (text, source) =>
        {
            for (var bit = 0; bit < text.Length; bit++)
            {
                text[bit] = BitOperations.RotateRight(source[bit / 64], bit % 64) % 2 == 1 ? '1' : '0';
            }
        });
        return new { nextSlot = reader.UInt64(), bits };
    }

    private static object Fees(ref LayoutReader reader) => new { feeCalculator = new TextFeeCalculator(reader.UInt64()) };

    private static object Rewards(ref LayoutReader reader) => new { validatorPointValue = reader.Double() };

    private static object LastRestartSlot(ref LayoutReader reader) => new { lastRestartSlot = reader.UInt64() };

    // The number of entries comes from the ledger's own bytes, and is still not believed beyond the layout's room.
    private static List<object>? List(ref LayoutReader reader, int maxCount, Reading readEntry)
    {
        var count = reader.UInt64();
        if (count > (ulong)maxCount)
        {
            return null;
        }

        var entries = new List<object>((int)count);
        while ((ulong)entries.Count < count && reader.IsGood)
        {
            entries.Add(readEntry(ref reader)!);
        }

        return entries;
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
