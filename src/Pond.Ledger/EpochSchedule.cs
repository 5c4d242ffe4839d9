namespace Pond.Ledger;

/// <summary>How slots make up epochs: all have the same length from slot 0 on.</summary>
/// <param name="SlotsPerEpoch">The length.</param>
public sealed record EpochSchedule(ulong SlotsPerEpoch)
{
    /// <summary>The shortest epoch that clients know how to handle.</summary>
    public const ulong MinSlotsPerEpoch = 32;

    /// <summary>The epoch that a slot is in.</summary>
    public ulong EpochOf(Slot slot) => slot.Value / SlotsPerEpoch;

    /// <summary>The slot's number in its epoch, from 0.</summary>
    public ulong IndexOf(Slot slot) => slot.Value % SlotsPerEpoch;

    /// <summary>An epoch's first slot.</summary>
    public Slot FirstSlotOf(ulong epoch) => new(checked(epoch * SlotsPerEpoch));

    /// <summary>An epoch's last slot.</summary>
    public Slot LastSlotOf(ulong epoch) => FirstSlotOf(epoch) + (SlotsPerEpoch - 1);

    /// <summary>The last epoch whose leaders are known in a slot: the next one.</summary>
    public ulong LeaderScheduleEpochOf(Slot slot) => EpochOf(slot) + 1;
}
