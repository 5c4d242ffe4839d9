using System.Collections.Immutable;
using System.Diagnostics;

namespace Pond.Ledger.Consensus;

/// <summary>
/// The blocks' beacons, by slot. It does not grow with the chain: of old blocks only those are kept that a stored round draws from.
/// </summary>
internal sealed class BeaconHistory
{
    /// <summary>After how many new blocks the old ones are sorted out: often enough to stay below a megabyte, rarely enough to cost nothing.</summary>
    internal const int BlocksPerTrim = 4096;

    /// <summary>Of how many blocks the slots are kept: as far back as the SlotHistory sysvar reaches, eight bytes each.</summary>
    internal const int MaxSlots = 1 << 20;

    private readonly List<Slot> _slots = [];
    private List<Entry> _entries = [];
    private int _sinceTrim;

    /// <summary>Whether it is time for <see cref="Trim"/>.</summary>
    internal bool IsTrimDue => _sinceTrim >= BlocksPerTrim;

    /// <summary>How many beacons are kept.</summary>
    internal int Count => _entries.Count;

    internal void Add(Slot slot, ImmutableArray<byte> beacon)
    {
        _entries.Add(new(_entries.Count == 0 ? default : _entries[^1].Slot, slot, beacon));
        _slots.Add(slot);
        _sinceTrim++;
    }

    /// <summary>The slots that have blocks, from this one on; at least the last <see cref="MaxSlots"/>.</summary>
    internal IEnumerable<Slot> SlotsFrom(Slot first)
    {
        var index = _slots.BinarySearch(first);
        return _slots.Skip(index < 0 ? ~index : index);
    }

    /// <summary>The beacon of the first block after a slot; null if there is no such block yet.</summary>
    /// <exception cref="UnreachableException">It was dropped, so a round was forgotten when <see cref="Trim"/> was told what is needed.</exception>
    internal ImmutableArray<byte>? FirstAfter(Slot slot)
    {
        if (Find(slot) is not { } index)
        {
            return null;
        }

        var entry = _entries[index];
        return entry.After <= slot
            ? entry.Beacon
            : throw new UnreachableException($"The beacon of the first block after slot {slot} was dropped; the next that is kept is that of slot {entry.Slot}.");
    }

    /// <summary>Drops every beacon but the last one and those of the first blocks after the given slots.</summary>
    internal void Trim(IEnumerable<Slot> slots)
    {
        _slots.RemoveRange(0, Math.Max(0, _slots.Count - MaxSlots));
        var kept = new SortedSet<int> { _entries.Count - 1 };
        foreach (var slot in slots)
        {
            if (Find(slot) is { } index)
            {
                kept.Add(index);
            }
        }

        _entries = [.. kept.Select(index => _entries[index])];
        _sinceTrim = 0;
    }

    // The first entry of a later slot.
    private int? Find(Slot slot)
    {
        var (low, high) = (0, _entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entries[middle].Slot <= slot ? (middle + 1, high) : (low, middle);
        }

        return low < _entries.Count ? low : null;
    }

    /// <summary>A block's beacon, and the slot of the block before it: it is the first after every slot from there on.</summary>
    private readonly record struct Entry(Slot After, Slot Slot, ImmutableArray<byte> Beacon);
}
