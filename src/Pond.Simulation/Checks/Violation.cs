using Pond.Primitives;

namespace Pond.Simulation.Checks;

/// <summary>Something that must not happen, and did.</summary>
/// <param name="Check">Which check found it.</param>
/// <param name="Slot">When.</param>
/// <param name="Message">What.</param>
public sealed record Violation(string Check, Slot Slot, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Check} in slot {Slot}: {Message}";
}
