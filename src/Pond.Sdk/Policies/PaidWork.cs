using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk.Policies;

/// <summary>What a distribution policy goes by: facts of the ledger alone, so that all nodes come to the same list.</summary>
/// <param name="Round">The round.</param>
/// <param name="Budget">What there is to give: the round's bounty without the auditors' part.</param>
/// <param name="Work">Those who are paid, in the order of their keys.</param>
public sealed record PaidWork(Round Round, Lamports Budget, ImmutableArray<PaidSubmission> Work)
{
    /// <summary>The facts of a round: the submissions that were accepted, or that nobody could audit because they were the only one.</summary>
    public static PaidWork Of(TaskInfo task, TaskRoundInfo round) => new(
        round.Round,
        task.BountyPerRound - task.AuditPayPerRound,
        [
            .. round.Outcomes
                .Where(outcome => outcome.Value is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited)
                .Select(outcome => new PaidSubmission(
                    outcome.Key, round.Submissions[outcome.Key].Value, round.Participants.GetValueOrDefault(outcome.Key))),
        ]);
}

/// <summary>An accepted submission.</summary>
/// <param name="Submitter">Whose.</param>
/// <param name="Value">What was submitted.</param>
/// <param name="Stake">What the submitter had at stake at the round's first slot.</param>
public sealed record PaidSubmission(Pubkey Submitter, string Value, Lamports Stake);
