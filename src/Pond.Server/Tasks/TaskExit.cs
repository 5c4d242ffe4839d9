using System.Collections.Immutable;

namespace Pond.Server.Tasks;

/// <summary>How a task's process ended.</summary>
/// <param name="Code">Its exit code; 128 + n if signal n ended it.</param>
/// <param name="LastErrors">The last lines of its standard error, oldest first.</param>
public sealed record TaskExit(int Code, ImmutableArray<string> LastErrors)
{
    /// <summary>One text with the exit code and the last lines.</summary>
    public override string ToString() =>
        LastErrors.IsEmpty
            ? $"The task's process ended with exit code {Code}."
            : $"The task's process ended with exit code {Code}. Its last errors:\n{string.Join('\n', LastErrors)}";
}
