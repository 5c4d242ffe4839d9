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

    /// <summary>The slots that have blocks, from this one on.</summary>
    internal IEnumerable<Slot> SlotsFrom(Slot first)
    {
        var index = _slots.BinarySearch(first);
        return _slots.Skip(index < 0 ? ~index : index);
    }

    /// <summary>The beacon of the first block after a slot; null if there is no such block yet.</summary>
    internal ImmutableArray<byte>? FirstAfter(Slot slot)
    {
        var index = _slots.BinarySearch(slot + 1);
        index = index < 0 ? ~index : index;
        return index < _slots.Count ? _beacons[index] : null;
    }
}
