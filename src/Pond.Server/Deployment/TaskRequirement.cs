namespace Pond.Server.Deployment;

/// <summary>What a node must have or be told to run a task: an entry of <c>requirementsTags</c>.</summary>
/// <param name="Type">Such as <c>CPU</c> or <c>TASK_VARIABLE</c>.</param>
/// <param name="Value">Free text; for variables the name. May be missing there.</param>
/// <param name="Description">For people.</param>
public sealed record TaskRequirement(string Type, string? Value, string? Description);
