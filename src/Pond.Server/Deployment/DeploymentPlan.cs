using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Server.Deployment;

/// <summary>What deploying a task will cost, to the lamport.</summary>
/// <param name="Items">What is paid for.</param>
/// <param name="Balance">What the payer has.</param>
public sealed record DeploymentPlan(ImmutableArray<DeploymentCost> Items, Lamports Balance)
{
    /// <summary>All together.</summary>
    public Lamports Total => Items.Aggregate(Lamports.Zero, (sum, item) => sum + item.Amount);

    /// <summary>Whether the payer has enough.</summary>
    public bool IsAffordable => Balance >= Total;
}

/// <summary>One thing that is paid for.</summary>
/// <param name="What">What it is.</param>
/// <param name="Amount">What it costs.</param>
public sealed record DeploymentCost(string What, Lamports Amount);
