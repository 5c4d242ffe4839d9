using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node.Tests;

/// <summary>Forty candidates, K = 2, half time is slot 200 and votes close with 219: backups step in every 4 slots from 201 on.</summary>
public sealed class AuditDutiesTests
{
    private static readonly Pubkey Candidate = Keys.Of(100);

    // Rank 0 to 9 for the candidate; only the ranks below 3 * K = 6 ever count.
    private static readonly ImmutableArray<Pubkey> Ranks = [.. Enumerable.Range(0, 10).Select(rank => Keys.Of(rank + 1))];

    [Theory]
    [InlineData(183, "", "0,1")]
    [InlineData(200, "", "0,1")]
    [InlineData(201, "0,1", "")]
    [InlineData(201, "0", "1,2")]
    [InlineData(201, "", "0,1,2,3")]
    [InlineData(204, "", "0,1,2,3")]
    [InlineData(205, "", "0,1,2,3,4,5")]
    [InlineData(205, "0,2", "1")]
    [InlineData(206, "0", "1,2,3")]
    [InlineData(211, "0", "1,2,3,4")]
    [InlineData(219, "0", "1,2,3,4,5")]
    [InlineData(219, "0,1", "")]
    [InlineData(220, "", "")]
    public void Backups_step_in_from_half_time_on_while_verdicts_are_missing(ulong slot, string spoken, string asked)
    {
        var round = Round(spoken);

        var duties = Enumerable.Range(0, Ranks.Length)
            .Where(rank => AuditDuties.OfSubmissions(round, Ranks[rank], new Slot(slot)).Contains(Candidate));

        Assert.Equal(asked, string.Join(',', duties));
    }

    [Fact]
    public void A_seat_votes_whatever_its_rank_but_only_once()
    {
        var objection = new Objection(Ranks[0], new Slot(185), [Ranks[8], Ranks[9]], new Lamports(1));
        var round = Round("8") with { Objections = ImmutableSortedDictionary<Pubkey, Objection>.Empty.Add(Candidate, objection) };

        Assert.Empty(AuditDuties.OfSubmissions(round, Ranks[8], new Slot(190)));
        Assert.Equal([Candidate], AuditDuties.OfSubmissions(round, Ranks[9], new Slot(219)).ToArray());
        Assert.Empty(AuditDuties.OfSubmissions(round, Ranks[9], new Slot(220)));
    }

    private static TaskRoundInfo Round(string spoken)
    {
        var task = ModelTask.Info([Candidate, .. Ranks]);
        var verdicts = spoken.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(rank => new GivenVerdict(Ranks[int.Parse(rank)], Verdict.Abstain, new Slot(190)));
        return ModelTask.Round(task, 0) with
        {
            Submissions = ImmutableSortedDictionary<Pubkey, RoundSubmission>.Empty.Add(
                Candidate, new RoundSubmission("bafy", new Slot(170))),
            AuditBeacon = "00",
            AuditorsPerSubmission = 2,
            Auditors = ImmutableSortedDictionary<Pubkey, ImmutableArray<Pubkey>>.Empty.Add(Candidate, Ranks),
            Verdicts = ImmutableSortedDictionary<Pubkey, ImmutableArray<GivenVerdict>>.Empty.Add(Candidate, [.. verdicts]),
        };
    }
}
