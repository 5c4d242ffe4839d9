using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Testing;

namespace Pond.Server.Tests.Tasks;

/// <summary>Rounds as tests write them.</summary>
internal static class RoundInfos
{
    public static TaskRoundInfo Of(ulong round, params (Pubkey Submitter, string Value, SubmissionOutcome Outcome)[] submissions) => RoundFacts.Empty(round) with
    {
        Submissions = submissions.ToImmutableSortedDictionary(entry => entry.Submitter, entry => new RoundSubmission(entry.Value, new(1))),
        AuditBeacon = new string('a', 128),
        Outcomes = submissions.ToImmutableSortedDictionary(entry => entry.Submitter, entry => entry.Outcome),
    };
}
