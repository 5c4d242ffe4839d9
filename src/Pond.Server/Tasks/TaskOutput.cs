namespace Pond.Server.Tasks;

/// <summary>A line that a task wrote, or a notice for the operator.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="Text">Without its line break; an overlong line is cut into several.</param>
public readonly record struct TaskOutput(TaskOutputSource Source, string Text);

/// <summary>Where a task's line came from.</summary>
public enum TaskOutputSource
{
    /// <summary>Standard output.</summary>
    Output = 0,

    /// <summary>Standard error.</summary>
    Error = 1,

    /// <summary>A notice by the namespace's <c>logger</c>; the text begins with its level.</summary>
    Notice = 2,
}
