using System.Collections.Immutable;

namespace Pond.Primitives.Tasks;

/// <summary>One key's share of a round's audits, as <c>getAuditAssignments</c> answers it: what it has to do, however many others there are.</summary>
public sealed record AuditAssignments
{
    /// <summary>The round.</summary>
    public required Round Round { get; init; }

    /// <summary>How many verdicts count per submission: K of the rules. Ranks below it are asked first.</summary>
    public required int AuditorsPerSubmission { get; init; }

    /// <summary>From this slot on, ranks from K on step in for missing verdicts, and no objection is opened any more.</summary>
    public required Slot BackupsFrom { get; init; }

    /// <summary>The last slot in which votes count.</summary>
    public required Slot VotesClose { get; init; }

    /// <summary>The submissions that the key audits, by its rank; empty before the beacon, and for a key that submitted nothing.</summary>
    public required ImmutableArray<AssignedCandidate> Candidates { get; init; }

    /// <summary>The objections on which it has a seat, by the accused; empty before their beacons.</summary>
    public required ImmutableArray<AssignedObjection> Objections { get; init; }

    /// <summary>The authors whose lists it audits; empty before their beacon.</summary>
    public required ImmutableArray<Pubkey> Lists { get; init; }

    /// <summary>Its place among those who may write the list, from 0; null if it may not.</summary>
    public int? LeaderRank { get; init; }
}

/// <summary>A submission to audit.</summary>
/// <param name="Candidate">Whose it is.</param>
/// <param name="Value">What was submitted.</param>
/// <param name="Rank">The auditor's rank, from 0.</param>
/// <param name="Given">The verdict that the auditor has given; null if none.</param>
public sealed record AssignedCandidate(Pubkey Candidate, string Value, int Rank, Verdict? Given);

/// <summary>An objection to vote on.</summary>
/// <param name="Candidate">The accused.</param>
/// <param name="Value">What was submitted.</param>
/// <param name="Given">The verdict that the voter has given; null if none.</param>
public sealed record AssignedObjection(Pubkey Candidate, string Value, Verdict? Given);
