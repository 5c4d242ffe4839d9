using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Pond.Ledger.Accounts;

/// <summary>The data of the sysvar accounts, in their exact layouts.</summary>
internal static class Sysvars
{
    /// <summary>Slots per epoch, as on the public network.</summary>
    internal const ulong SlotsPerEpoch = 432_000;

    internal const ulong ClockSizeBytes = 40;

    /// <summary>Slot, the epoch's first time, epoch, the next schedule's epoch, time.</summary>
    internal static ImmutableArray<byte> Clock(Genesis genesis, Slot slot)
    {
        var epoch = slot.Value / SlotsPerEpoch;
        var bytes = new byte[ClockSizeBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, slot.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), TimeOf(genesis, new(epoch * SlotsPerEpoch)).ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), epoch + 1);
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
    internal static ImmutableArray<byte> EpochSchedule()
    {
        var bytes = new byte[33];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, SlotsPerEpoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), SlotsPerEpoch);
        return [.. bytes];
    }

    internal static DateTimeOffset TimeOf(Genesis genesis, Slot slot) =>
        genesis.CreatedAt + new TimeSpan(checked(genesis.SlotDuration.Ticks * (long)slot.Value));
}
