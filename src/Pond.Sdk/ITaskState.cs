using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk;

/// <summary>What the ledger knows of the task and its rounds.</summary>
public interface ITaskState
{
    /// <summary>The task's settings and balances.</summary>
    ValueTask<TaskInfo> GetTaskAsync(CancellationToken cancellationToken);

    /// <summary>One round: who takes part, what was submitted, audited and paid. Null if the ledger no longer has it.</summary>
    ValueTask<TaskRoundInfo?> GetRoundAsync(Round round, CancellationToken cancellationToken);
}
