using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes.Routes;
using Pond.Server.Tasks;

namespace Pond.Server.Nodes;

/// <summary>A task that runs: as a rule a child process.</summary>
public interface ITaskRunner : IAsyncDisposable
{
    /// <summary>Completes when the task has ended, with one sentence that says how. Never fails.</summary>
    Task<string> Ended { get; }

    /// <summary>Once it has ended: whether it said by its end that it is broken, so that starting it again hardly helps.</summary>
    bool HasEndedBroken => false;

    /// <summary>Whether the task answers a question that needs no work.</summary>
    /// <param name="patience">How long to wait for the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<bool> IsAliveAsync(TimeSpan patience, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>Connects to the task's HTTP server; null if it has none.</summary>
    TaskConnection? Routes => null;

    /// <summary>Has the task do a phase.</summary>
    /// <param name="phase">What to do.</param>
    /// <param name="round">The round of the work.</param>
    /// <param name="isPreviousRoundFailed">Whether an earlier attempt to pay the round has failed.</param>
    /// <param name="cancellationToken">Gives up: the outcome says so.</param>
    /// <returns>How it ended. It never throws because of the task: a dead process is an outcome too.</returns>
    Task<PhaseOutcome> CallAsync(TaskPhase phase, Round round, bool isPreviousRoundFailed, CancellationToken cancellationToken);
}
