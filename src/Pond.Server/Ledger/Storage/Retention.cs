namespace Pond.Server.Ledger.Storage;

/// <summary>What of a ledger's past is kept: the blocks that were asked for, and with them a state from which each can be made again.</summary>
/// <param name="KeepBlocks">How many of the latest blocks are kept at least.</param>
internal readonly record struct Retention(ulong KeepBlocks)
{
    // One may turn out to be damaged.
    private const int LatestSnapshots = 2;

    /// <summary>The height below which nothing is kept: that of a snapshot, so that all that is kept follows from what is kept; 0 to keep all.</summary>
    /// <param name="snapshots">The heights of the snapshots, lowest first.</param>
    /// <param name="height">The last block.</param>
    internal ulong Boundary(IReadOnlyList<ulong> snapshots, ulong height)
    {
        var oldest = height < KeepBlocks ? 0 : height - KeepBlocks + 1;
        return snapshots.LastOrDefault(snapshot => snapshot < oldest);
    }

    /// <summary>Which snapshots are kept: the latest ones, and older ones at wide steps, one of which will be the next boundary.</summary>
    /// <inheritdoc cref="Boundary"/>
    internal IReadOnlyList<ulong> Choose(IReadOnlyList<ulong> snapshots, ulong height)
    {
        var boundary = Boundary(snapshots, height);
        var kept = new List<ulong>();
        var last = boundary;
        for (var index = 0; index < snapshots.Count; index++)
        {
            var snapshot = snapshots[index];
            var isStep = snapshot == boundary || snapshot >= last + Math.Max(1, KeepBlocks / 2);
            if (snapshot >= boundary && (isStep || index >= snapshots.Count - LatestSnapshots))
            {
                kept.Add(snapshot);
                last = isStep ? snapshot : last;
            }
        }

        return kept;
    }
}
