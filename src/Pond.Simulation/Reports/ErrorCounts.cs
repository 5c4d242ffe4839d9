using System.Collections.Immutable;

namespace Pond.Simulation.Reports;

/// <summary>What went wrong in the task's code: each text once, with how often. Of more texts than fit, the first are kept.</summary>
internal sealed class ErrorCounts
{
    private const int MaxTexts = 50;

    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    internal void Add(string text)
    {
        if (_counts.ContainsKey(text) || _counts.Count < MaxTexts)
        {
            _counts[text] = _counts.GetValueOrDefault(text) + 1;
        }
    }

    internal ImmutableArray<string> ToArray() => [.. _counts.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} ({pair.Value} times)")];
}
