using System.Reflection;
using Pond.Simulation.Adversaries;

namespace Pond.Simulation.Nodes;

/// <summary>What a node of a simulation is.</summary>
/// <param name="Group">What it is counted with: <c>honest</c>, or the adversary's word.</param>
/// <param name="Task">The type of its task.</param>
/// <param name="NewAdversary">Makes its adversary; null for a node that is honest, or whose task lies by itself.</param>
/// <param name="IsTaskHonest">Whether the task is the one under test, and not a cheating one.</param>
internal sealed record NodePlan(string Group, Type Task, Func<Adversary>? NewAdversary, bool IsTaskHonest)
{
    /// <summary>The group of those that do what they should.</summary>
    internal const string HonestGroup = "honest";

    /// <summary>Whether what its task submits is honest work: another task may differ in how it audits alone.</summary>
    internal bool IsWorkHonest { get; init; } = IsTaskHonest;

    /// <summary>Whether it does what it should: nothing may ever be taken from it.</summary>
    internal bool IsHonest => NewAdversary is null && IsTaskHonest;

    /// <summary>Whether a task does the same work as another one: all that sets it apart from what both derive from is how it audits and distributes.</summary>
    internal static bool HasWorkOf(Type task, Type other)
    {
        for (var type = task; type is not null && !type.IsAssignableFrom(other); type = type.BaseType)
        {
            var isWorkChanged = type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Any(method => method.IsVirtual && method.GetBaseDefinition() != method
                    && !method.Name.Contains("Validate", StringComparison.Ordinal)
                    && !method.Name.Contains("Audit", StringComparison.Ordinal)
                    && !method.Name.Contains("Distribution", StringComparison.Ordinal));
            if (isWorkChanged)
            {
                return false;
            }
        }

        return true;
    }
}
