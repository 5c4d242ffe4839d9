using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk;

/// <summary>The round for which a function is called.</summary>
/// <param name="Task">What the task gets from its node.</param>
/// <param name="Number">The round of the work. In round r a node works for r, submits and audits r - 1, and pays r - 2.</param>
/// <param name="Phase">Why the function is called.</param>
/// <param name="IsPreviousRoundFailed">Whether the payout of the round before failed.</param>
public sealed record RoundContext(ITaskContext Task, Round Number, TaskPhase Phase, bool IsPreviousRoundFailed)
{
    /// <summary>What the ledger knows of this round.</summary>
    /// <exception cref="PondException"><c>round-gone</c>: the ledger no longer has it.</exception>
    public async ValueTask<TaskRoundInfo> GetInfoAsync(CancellationToken cancellationToken) =>
        await Task.State.GetRoundAsync(Number, cancellationToken)
        ?? throw new PondException(
            "round-gone", $"The ledger no longer has round {Number}.", "Nothing can be done for a round that is over.");
}
