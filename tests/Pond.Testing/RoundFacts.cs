using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Testing;

/// <summary>Rounds as tests begin with them; what a test is about it sets itself.</summary>
public static class RoundFacts
{
    /// <summary>A round in which nothing has happened: votes close in slot 2, lists come from slot 3 on, two auditors are asked for each submission.</summary>
    public static TaskRoundInfo Empty(ulong round) => new()
    {
        Round = new(round),
        Participants = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Submissions = ImmutableSortedDictionary<Pubkey, RoundSubmission>.Empty,
        Auditors = ImmutableSortedDictionary<Pubkey, ImmutableArray<Pubkey>>.Empty,
        AuditorsPerSubmission = 2,
        BackupsFrom = new(1),
        VotesClose = new(2),
        Verdicts = ImmutableSortedDictionary<Pubkey, ImmutableArray<GivenVerdict>>.Empty,
        Objections = ImmutableSortedDictionary<Pubkey, Objection>.Empty,
        Outcomes = ImmutableSortedDictionary<Pubkey, SubmissionOutcome>.Empty,
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
