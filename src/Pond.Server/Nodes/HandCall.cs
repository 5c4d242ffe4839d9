using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Nodes;

/// <summary>How a phase ended that somebody called by hand.</summary>
/// <param name="IsDone">Whether the task's function returned.</param>
/// <param name="Error">Why it did not; null if it did.</param>
/// <param name="Actions">What it handed over, and what the ledger said to it.</param>
public sealed record HandCall(bool IsDone, string? Error, ImmutableArray<HandAction> Actions)
{
    /// <summary>Has a node that runs on this machine without timers call a phase.</summary>
    /// <param name="dataFolder">The node's folder.</param>
    /// <param name="task">The task.</param>
    /// <param name="phase">One of <see cref="HandPhase.Names"/>.</param>
    /// <param name="round">The round of the work.</param>
    /// <param name="cancellationToken">Gives up waiting; the phase goes on.</param>
    /// <exception cref="PondException"><c>phase-unknown</c>, <c>node-unreachable</c>, <c>timers-on</c> or <c>task-not-running</c>.</exception>
    public static async Task<HandCall> SendAsync(string dataFolder, Pubkey task, string phase, Round round, CancellationToken cancellationToken)
    {
        _ = HandPhase.Parse(phase);
        return await NodeControl.CallAsync(dataFolder, task, phase, round, cancellationToken);
    }
}

/// <summary>What can be called by hand, as people write it.</summary>
public static class HandPhase
{
    /// <summary>The names, in the order of a round.</summary>
    public static ImmutableArray<string> Names { get; } = ["execute", "submit", "audit", "distribute", "audit-distribution", "payout"];

    /// <summary>The phase of a name; null for the payout, which is no phase of the task.</summary>
    /// <exception cref="PondException"><c>phase-unknown</c></exception>
    public static TaskPhase? Parse(string name) => name switch
    {
        "execute" => TaskPhase.Execute,
        "submit" => TaskPhase.Submit,
        "audit" => TaskPhase.Audit,
        "distribute" => TaskPhase.Distribute,
        "audit-distribution" => TaskPhase.AuditDistribution,
        "payout" => null,
        _ => throw new PondException("phase-unknown", $"There is no phase '{name}'.", $"Call one of: {string.Join(", ", Names)}."),
    };
}
