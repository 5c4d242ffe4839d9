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

    /// <summary>Whether it does what it should: nothing may ever be taken from it.</summary>
    internal bool IsHonest => NewAdversary is null && IsTaskHonest;
}
