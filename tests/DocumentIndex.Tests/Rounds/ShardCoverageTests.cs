using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Testing;

namespace DocumentIndex.Tests.Rounds;

public sealed class ShardCoverageTests
{
    private static readonly Pubkey[] Nodes = [.. new[] { "a", "b", "c", "d" }.Select(KeyOf).Order()];

    [Fact]
    public void Shards_are_dealt_to_the_chosen_rounds_in_turn_and_each_once()
    {
        var dealt = new DealtRounds(new(1), 3);

        Assert.Empty(dealt.ShardsOf(new(0), shards: 10));
        Assert.Equal([0, 3, 6, 9], dealt.ShardsOf(new(1), shards: 10));
        Assert.Equal([1, 4, 7], dealt.ShardsOf(new(2), shards: 10));
        Assert.Equal([2, 5, 8], dealt.ShardsOf(new(3), shards: 10));
        Assert.Empty(dealt.ShardsOf(new(4), shards: 10));
    }

    [Fact]
    public void Everything_is_covered_when_all_are_accepted()
    {
        var coverage = ShardCoverage.Of(10, FirstRounds(2), [Round(0, Nodes), Round(1, Nodes)]);

        Assert.True(coverage.IsComplete);
        Assert.Equal(Enumerable.Range(0, 10), coverage.Covered.Keys);
        Assert.All(coverage.Covered.Values, submissions => Assert.Equal(ShardAssignment.Copies, submissions.Length));
        Assert.Equal(new CoveringSubmission(new(0), coverage.Covered[4][0].Submitter, $"cid-0-{coverage.Covered[4][0].Submitter}"), coverage.Covered[4][0]);
        Assert.Empty(ShardCoverage.Of(10, FirstRounds(2), [Round(0, Nodes), Round(1, Nodes), Round(2, Nodes)]).Rounds[2].Pending);
    }

    [Fact]
    public void What_only_the_rejected_hold_comes_back_two_rounds_later()
    {
        // Only one of four is accepted: what the others share among themselves is missing.
        var rounds = new[] { Round(0, Nodes[..1]), Round(1, Nodes), Round(2, Nodes) };

        var before = ShardCoverage.Of(10, FirstRounds(2), rounds[..2]);
        var after = ShardCoverage.Of(10, FirstRounds(2), rounds);

        var missing = before.Rounds[0].Pending.Except(before.Rounds[0].Assignment[Nodes[0]]);
        Assert.NotEmpty(missing);
        Assert.Equal(missing, before.Rounds[0].Uncovered);
        Assert.False(before.IsComplete);
        Assert.Equal(missing, after.Rounds[2].Pending);
        Assert.True(after.IsComplete);
        Assert.All(missing, shard => Assert.Equal(new Round(2), after.Covered[shard][0].Round));
    }

    [Fact]
    public void Undecided_and_unpaid_submissions_cover_nothing()
    {
        foreach (var outcome in new[] { SubmissionOutcome.Pending, SubmissionOutcome.Unpaid, SubmissionOutcome.Slashed })
        {
            var info = Round(0, Nodes) with { Outcomes = Nodes.ToImmutableSortedDictionary(node => node, _ => outcome) };

            Assert.Empty(ShardCoverage.Of(4, FirstRounds(1), [info]).Covered);
            Assert.Equal(outcome is not SubmissionOutcome.Pending, ShardSchedule.IsDecided(info));
        }
    }

    [Fact]
    public void Round_without_participants_leaves_its_shards_for_later()
    {
        var empty = Round(0, []) with { Participants = ImmutableSortedDictionary<Pubkey, Lamports>.Empty };

        var coverage = ShardCoverage.Of(4, FirstRounds(1), [empty, Round(1, []), Round(2, Nodes)]);

        Assert.Equal([0, 1, 2, 3], coverage.Rounds[2].Pending);
        Assert.True(coverage.IsComplete);
    }

    [Fact]
    public void Rounds_must_be_complete_and_in_order()
    {
        Assert.Throws<ArgumentException>(() => ShardCoverage.Of(4, FirstRounds(1), [Round(1, Nodes)]));
    }

    [Fact]
    public void Settings_are_read_and_what_is_missing_is_said()
    {
        Assert.Equal(
            new IndexSettings("c", new DealtRounds(new(1), 3)),
            IndexSettings.Parse("""{"x":1,"corpus":"c","firstRound":1,"rounds":3}"""u8.ToArray()));
        string[] broken =
        [
            "", "[]", "{}", """{"corpus":1,"firstRound":0,"rounds":1}""", """{"corpus":"c","rounds":1}""",
            """{"corpus":"c","firstRound":-1,"rounds":1}""", """{"corpus":"c","firstRound":0,"rounds":0}""",
            """{"corpus":"c","firstRound":0,"rounds":1.5}""",
        ];
        foreach (var json in broken)
        {
            var exception = Assert.Throws<PondException>(() => IndexSettings.Parse(Encoding.UTF8.GetBytes(json)));
            Assert.Equal("metadata-invalid", exception.Code);
        }
    }

    private static DealtRounds FirstRounds(int count) => new(new(0), count);

    private static Pubkey KeyOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    /// <summary>A round in which all nodes take part, and those submit and are accepted.</summary>
    private static TaskRoundInfo Round(ulong round, Pubkey[] accepted) => RoundFacts.Empty(round) with
    {
        Participants = Nodes.ToImmutableSortedDictionary(node => node, _ => new Lamports(1)),
        Submissions = accepted.ToImmutableSortedDictionary(node => node, node => new RoundSubmission($"cid-{round}-{node}", new(1))),
        Outcomes = accepted.ToImmutableSortedDictionary(node => node, _ => SubmissionOutcome.Accepted),
    };
}
