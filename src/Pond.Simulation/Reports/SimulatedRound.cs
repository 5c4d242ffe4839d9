using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Simulation.Reports;

/// <summary>What became of one round.</summary>
public sealed record SimulatedRound
{
    /// <summary>The round.</summary>
    public required Round Number { get; init; }

    /// <summary>How many nodes might take part.</summary>
    public required int Participants { get; init; }

    /// <summary>How many submissions there were.</summary>
    public required int Submissions { get; init; }

    /// <summary>How many were accepted.</summary>
    public required int Accepted { get; init; }

    /// <summary>How many were slashed.</summary>
    public required int Slashed { get; init; }

    /// <summary>How many were neither.</summary>
    public int Unpaid => Submissions - Accepted - Slashed;

    /// <summary>How many verdicts were given on submissions.</summary>
    public required int Verdicts { get; init; }

    /// <summary>How many submissions were objected to.</summary>
    public required int Objections { get; init; }

    /// <summary>How many submissions were not their tasks' results.</summary>
    public required int Lies { get; init; }

    /// <summary>How many of those were accepted.</summary>
    public required int LiesAccepted { get; init; }

    /// <summary>How many of those were slashed.</summary>
    public required int LiesSlashed { get; init; }

    /// <summary>How many submissions nobody had worked for were accepted.</summary>
    public required int FreeRidesAccepted { get; init; }

    /// <summary>How many honest nodes lost something of their stake.</summary>
    public required int HonestSlashed { get; init; }

    /// <summary>Which attempt to pay it was the last, from 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>Where its payout stands.</summary>
    public required PayoutRecord Payout { get; init; }

    /// <summary>Whether nothing in it changes any more.</summary>
    public required bool IsSettled { get; init; }

    /// <summary>What was paid for work and audits.</summary>
    public required Lamports Paid { get; init; }

    internal Lamports PaidFromBounty { get; init; }

    /// <summary>What was taken of stakes.</summary>
    public required Lamports Lost { get; init; }

    /// <summary>What each group earned and lost.</summary>
    public required ImmutableSortedDictionary<string, GroupRound> Groups { get; init; }
}

/// <summary>What one group of nodes earned and lost in a round.</summary>
/// <param name="Nodes">How many there are.</param>
/// <param name="Submissions">How many of them submitted.</param>
/// <param name="Accepted">How many were accepted.</param>
/// <param name="Earned">By lists, for audits and of slashes.</param>
/// <param name="Lost">Of their stakes.</param>
public sealed record GroupRound(int Nodes, int Submissions, int Accepted, Lamports Earned, Lamports Lost);
