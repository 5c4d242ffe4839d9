namespace Pond.Primitives.Tasks;

/// <summary>How a task's results can be checked, which decides how its audits count. From <c>class=</c> in <c>task_vars</c>.</summary>
public enum TaskClass : byte
{
    /// <summary>An unmodified Koii bundle: clients' own audits, one key one vote, no bonds. Also every unknown class.</summary>
    Legacy = 0,

    /// <summary>Deterministic: an auditor can recompute the result or a sample of it. Assigned audits, objections, slashing.</summary>
    Deterministic = 1,

    /// <summary>The world is part of the result: assigned audits, no bonds, rewards move, a slash is at most 5 %.</summary>
    Committee = 2,
}
