using Pond.Primitives;

namespace Pond.Sdk;

/// <summary>The ledger's time, in slots and in the task's rounds.</summary>
public interface ITaskClock
{
    /// <summary>The ledger's slot, as the node last saw it.</summary>
    ValueTask<Slot> GetSlotAsync(CancellationToken cancellationToken);

    /// <summary>The round in which that slot lies; round 0 before the task's first slot.</summary>
    ValueTask<Round> GetRoundAsync(CancellationToken cancellationToken);

    /// <summary>How long a slot takes on average, as the node has measured it; 400 ms until it has seen enough of them.</summary>
    ValueTask<TimeSpan> GetAverageSlotTimeAsync(CancellationToken cancellationToken);

    /// <summary>The ledger's newest confirmed block.</summary>
    ValueTask<BlockReference> GetLatestBlockAsync(CancellationToken cancellationToken);

    /// <summary>The hash of a slot's block; null if the slot passed without one, has not come yet, or is older than the ledger's history.</summary>
    ValueTask<Hash?> GetBlockHashAsync(Slot slot, CancellationToken cancellationToken);
}
