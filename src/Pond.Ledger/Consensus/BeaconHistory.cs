using System.Collections.Immutable;

namespace Pond.Ledger.Consensus;

/// <summary>The beacons of all blocks, by slot. Some eighty bytes a block.</summary>
internal sealed class BeaconHistory
{
    private readonly List<Slot> _slots = [];
    private readonly List<ImmutableArray<byte>> _beacons = [];

    internal void Add(Slot slot, ImmutableArray<byte> beacon)
    {
        _slots.Add(slot);
        _beacons.Add(beacon);
    }

    /// <summary>All of them, in the order of their slots.</summary>
    internal ImmutableArray<(Slot Slot, ImmutableArray<byte> Beacon)> ToArray() => [.. _slots.Zip(_beacons)];

    /// <summary>Takes these in place of what there was.</summary>
    internal void Restore(IEnumerable<(Slot Slot, ImmutableArray<byte> Beacon)> beacons)
    {
        _slots.Clear();
        _beacons.Clear();
        foreach (var (slot, beacon) in beacons)
        {
            Add(slot, beacon);
        }
    }

    /// <summary>The beacon of the first block after a slot; null if there is no such block yet.</summary>
    internal ImmutableArray<byte>? FirstAfter(Slot slot)
    {
        var index = _slots.BinarySearch(slot + 1);
        index = index < 0 ? ~index : index;
        return index < _slots.Count ? _beacons[index] : null;
    }
}
