using Pond.Primitives;

namespace Pond.Sdk;

/// <summary>The ledger's time, in slots and in the task's rounds.</summary>
public interface ITaskClock
{
    /// <summary>The ledger's slot, as the node last saw it.</summary>
    ValueTask<Slot> GetSlotAsync(CancellationToken cancellationToken);

    /// <summary>The round in which that slot lies; round 0 before the task's first slot.</summary>
    ValueTask<Round> GetRoundAsync(CancellationToken cancellationToken);
}
