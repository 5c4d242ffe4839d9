namespace Pond.Contracts.Operator;

/// <summary>One thing that was looked at to see whether a node is well.</summary>
/// <param name="Check">What was looked at: a stable name.</param>
/// <param name="Level"><c>ok</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Message">What was seen.</param>
/// <param name="Fix">What to do; null if nothing.</param>
public sealed record Finding(string Check, string Level, string Message, string? Fix = null);
