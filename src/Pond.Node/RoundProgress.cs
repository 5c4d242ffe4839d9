using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <summary>How far a node is in one round, for people to look at.</summary>
public sealed record RoundProgress
{
    /// <summary>The round.</summary>
    public required Round Round { get; init; }

    /// <summary>How the work stands.</summary>
    public required WorkState Work { get; init; }

    /// <summary>What was or is to be submitted; null until the task has handed it over.</summary>
    public required string? Submission { get; init; }

    /// <summary>Whether the ledger holds the submission.</summary>
    public required bool IsSubmitted { get; init; }

    /// <summary>How many of the node's verdicts on submissions the ledger holds.</summary>
    public required int AuditsMade { get; init; }

    /// <summary>How many others said Valid of the node's submission.</summary>
    public required int ValidReceived { get; init; }

    /// <summary>How many others said Invalid of the node's submission.</summary>
    public required int InvalidReceived { get; init; }

    /// <summary>What became of the node's submission; <see cref="SubmissionOutcome.Pending"/> if there is none.</summary>
    public required SubmissionOutcome Outcome { get; init; }

    /// <summary>Whether the ledger holds a distribution list of the node's.</summary>
    public required bool HasList { get; init; }

    /// <summary>How many of the node's verdicts on lists the ledger holds.</summary>
    public required int ListAuditsMade { get; init; }

    /// <summary>Where the payout stands.</summary>
    public required PayoutRecord Payout { get; init; }

    /// <summary>What the round paid: for work, for audits, and shares of others' slashes.</summary>
    public required Lamports Earned { get; init; }

    /// <summary>What of the stake the round cost.</summary>
    public required Lamports Lost { get; init; }

    /// <summary>Whether nothing more can happen.</summary>
    public required bool IsClosed { get; init; }

    /// <summary>Why a closed round paid nothing.</summary>
    public required RoundReason Reason { get; init; }
}
