namespace Pond.Server.Deployment;

/// <summary>What is wrong in a <c>config-task.yml</c>: where, why, and what to do.</summary>
/// <param name="Rule">A stable name, such as <c>round-too-short</c>.</param>
/// <param name="IsError">Whether the task can't be deployed like this; otherwise it is advice.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What is wrong and why.</param>
/// <param name="Fix">What to write instead.</param>
public sealed record LintFinding(string Rule, bool IsError, int Line, int Column, string Message, string Fix);
