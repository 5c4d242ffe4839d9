using Pond.Primitives;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>Whether tasks can be boxed on this machine.</summary>
/// <param name="Sandbox">The box; null if there can't be one.</param>
/// <param name="Summary">One line for the operator: that there is one, or why not.</param>
public sealed record SandboxStatus(TaskSandbox? Sandbox, string Summary)
{
    /// <summary>The box.</summary>
    /// <exception cref="PondException"><c>sandbox-missing</c>: strangers' programs are not run without one.</exception>
    public TaskSandbox RequireSandbox() => Sandbox ?? throw new PondException(
        "sandbox-missing",
        $"Tasks can't be boxed on this machine: {Summary}",
        "Install bubblewrap and allow user namespaces; or, if you trust every task that you run, use --unboxed.");
}
