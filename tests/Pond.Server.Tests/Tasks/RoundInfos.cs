using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Tests.Tasks;

/// <summary>Rounds as tests write them.</summary>
internal static class RoundInfos
{
    public static TaskRoundInfo Of(ulong round, params (Pubkey Submitter, string Value, SubmissionOutcome Outcome)[] submissions) => new()
    {
        Round = new(round),
        Participants = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Submissions = submissions.ToImmutableSortedDictionary(entry => entry.Submitter, entry => new RoundSubmission(entry.Value, new(1))),
        AuditBeacon = new string('a', 128),
        Auditors = ImmutableSortedDictionary<Pubkey, ImmutableArray<Pubkey>>.Empty,
        AuditorsPerSubmission = 2,
        BackupsFrom = new(1),
        VotesClose = new(2),
        Verdicts = ImmutableSortedDictionary<Pubkey, ImmutableArray<GivenVerdict>>.Empty,
        Objections = ImmutableSortedDictionary<Pubkey, Objection>.Empty,
        Outcomes = submissions.ToImmutableSortedDictionary(entry => entry.Submitter, entry => entry.Outcome),
        Leaders = [],
        ListsFrom = new(3),
        Attempt = 0,
        Lists = ImmutableSortedDictionary<Pubkey, RoundList>.Empty,
        Payout = PayoutRecord.Uninitialized,
        Rewards = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        AuditPay = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Slashes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
    };
}
