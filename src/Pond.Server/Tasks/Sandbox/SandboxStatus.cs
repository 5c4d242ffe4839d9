namespace Pond.Server.Tasks.Sandbox;

/// <summary>Whether tasks can be boxed on this machine.</summary>
/// <param name="Sandbox">The box; null if there can't be one.</param>
/// <param name="Summary">One line for the operator: that there is one, or why not.</param>
public sealed record SandboxStatus(TaskSandbox? Sandbox, string Summary);
