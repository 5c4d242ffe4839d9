using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Contracts.Operator;

/// <summary>How a node is doing: the answer of <c>GET /</c> at its operator's port.</summary>
/// <param name="Schema">The answer's version: 1.</param>
/// <param name="Address">Where others reach it.</param>
/// <param name="Ledger">The ledger's address.</param>
/// <param name="MainKey">The operator's main key.</param>
/// <param name="Tasks">What it runs, or is to run, by id.</param>
public sealed record NodeAnswer(int Schema, Uri Address, Uri Ledger, Pubkey MainKey, ImmutableArray<NodeTaskAnswer> Tasks);

/// <summary>How a node is doing in one task.</summary>
public sealed record NodeTaskAnswer
{
    /// <summary>The task.</summary>
    public required Pubkey Task { get; init; }

    /// <summary>Its name; null before it was found.</summary>
    public string? Name { get; init; }

    /// <summary><c>stopped</c> by the operator, <c>waiting</c> because it can't be run now, or the state of its process, such as <c>running</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it can't be run, or what is wrong; null if nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>The staking key; null before it runs.</summary>
    public Pubkey? StakingKey { get; init; }

    /// <summary>The round that the ledger is in.</summary>
    public Round? Round { get; init; }

    /// <summary>The stake, as last seen.</summary>
    public Lamports Stake { get; init; }

    /// <summary>What can be claimed, as last seen.</summary>
    public Lamports Claimable { get; init; }

    /// <summary>What all closed rounds have brought.</summary>
    public Lamports Earned { get; init; }

    /// <summary>What of the stake they have cost.</summary>
    public Lamports Lost { get; init; }

    /// <summary>How often its process was started again.</summary>
    public int Restarts { get; init; }

    /// <summary>Where it has moved to; null if it has not.</summary>
    public Pubkey? MovedTo { get; init; }
}
