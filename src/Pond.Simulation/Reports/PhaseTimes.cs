using System.Collections.Immutable;
using Pond.Primitives.Tasks;

namespace Pond.Simulation.Reports;

/// <summary>What the calls of each phase took on this machine. It is measured, so it differs from run to run and is not in the trace.</summary>
internal sealed class PhaseTimes
{
    private readonly SortedDictionary<TaskPhase, (long Calls, TimeSpan Total, TimeSpan Longest)> _phases = [];

    internal void Add(TaskPhase phase, TimeSpan elapsed)
    {
        var (calls, total, longest) = _phases.GetValueOrDefault(phase);
        _phases[phase] = (calls + 1, total + elapsed, elapsed > longest ? elapsed : longest);
    }

    internal ImmutableArray<PhaseTime> ToArray() =>
        [.. _phases.Select(pair => new PhaseTime(pair.Key, pair.Value.Calls, pair.Value.Total, pair.Value.Longest))];
}

/// <summary>What the calls of one phase took on this machine.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Calls">How many calls there were.</param>
/// <param name="Total">What they took together.</param>
/// <param name="Longest">What the longest took.</param>
public sealed record PhaseTime(TaskPhase Phase, long Calls, TimeSpan Total, TimeSpan Longest);
