using Pond.Node;

namespace Pond.Server.Tasks;

/// <summary>How a task's phase ended.</summary>
/// <param name="IsDone">Whether the task's function returned.</param>
/// <param name="Error">If it did not: the exception's text, or why the call was given up.</param>
public readonly record struct PhaseOutcome(bool IsDone, string? Error)
{
    /// <summary>If it did not: what kind of an error it is.</summary>
    public PhaseFault Fault { get; init; } = IsDone ? PhaseFault.None : PhaseFault.Failed;
}
