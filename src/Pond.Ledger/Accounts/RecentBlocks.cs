namespace Pond.Ledger.Accounts;

/// <summary>Slots and hashes of the last 512 blocks, and the slots that had none: what lookup tables, nonces and three sysvars ask for.</summary>
internal sealed class RecentBlocks
{
    /// <summary>How many blocks the SlotHashes sysvar names.</summary>
    internal const int MaxBlocks = 512;

    private readonly SortedDictionary<Slot, Hash> _hashes = [];
    private readonly List<(Slot First, Slot Last)> _skipped = [];
    private Slot _latest;

    /// <summary>The hash of the newest block.</summary>
    internal Hash Latest { get; private set; }

    /// <summary>The blocks, newest first.</summary>
    internal IEnumerable<(Slot Slot, Hash Hash)> NewestFirst => _hashes.Reverse().Select(pair => (pair.Key, pair.Value));

    /// <summary>The ranges of slots without a block, both ends included, as far back as the SlotHistory sysvar looks.</summary>
    internal IReadOnlyCollection<(Slot First, Slot Last)> Skipped => _skipped;

    internal void Add(Slot slot, Hash hash)
    {
        if (_hashes.Count > 0 && slot > _latest + 1)
        {
            _skipped.Add((_latest + 1, new(slot.Value - 1)));
            _ = _skipped.RemoveAll(range => range.Last + Sysvars.SlotHistorySlots < slot);
        }

        if (_hashes.Count == MaxBlocks)
        {
            _hashes.Remove(_hashes.First().Key);
        }

        _hashes.Add(slot, hash);
        Latest = hash;
        _latest = slot;
    }

    /// <summary>Takes these blocks, oldest first, and these skipped slots in place of what there was.</summary>
    internal void Restore(IEnumerable<(Slot Slot, Hash Hash)> blocks, IEnumerable<(Slot First, Slot Last)> skipped)
    {
        _hashes.Clear();
        foreach (var (slot, hash) in blocks)
        {
            Add(slot, hash);
        }

        _skipped.Clear();
        _skipped.AddRange(skipped);
    }

    /// <summary>Whether the slot has one of these blocks.</summary>
    internal bool Contains(Slot slot) => _hashes.ContainsKey(slot);

    /// <summary>How many of the blocks are newer than the slot.</summary>
    internal int CountAfter(Slot slot) => _hashes.Keys.Count(other => other > slot);
}
