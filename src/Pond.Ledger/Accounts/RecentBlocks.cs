namespace Pond.Ledger.Accounts;

/// <summary>Slots and hashes of the last 512 blocks: what lookup tables, nonces and two sysvars ask for.</summary>
internal sealed class RecentBlocks
{
    /// <summary>How many blocks the SlotHashes sysvar names.</summary>
    internal const int MaxBlocks = 512;

    private readonly SortedDictionary<Slot, Hash> _hashes = [];

    /// <summary>The hash of the newest block.</summary>
    internal Hash Latest { get; private set; }

    /// <summary>The blocks, newest first.</summary>
    internal IEnumerable<(Slot Slot, Hash Hash)> NewestFirst => _hashes.Reverse().Select(pair => (pair.Key, pair.Value));

    internal void Add(Slot slot, Hash hash)
    {
        if (_hashes.Count == MaxBlocks)
        {
            _hashes.Remove(_hashes.First().Key);
        }

        _hashes.Add(slot, hash);
        Latest = hash;
    }

    /// <summary>Whether the slot has one of these blocks.</summary>
    internal bool Contains(Slot slot) => _hashes.ContainsKey(slot);

    /// <summary>How many of the blocks are newer than the slot.</summary>
    internal int CountAfter(Slot slot) => _hashes.Keys.Count(other => other > slot);
}
