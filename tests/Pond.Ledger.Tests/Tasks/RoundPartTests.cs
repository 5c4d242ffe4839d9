using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

/// <summary>Nobody needs all of a large round at once: strangers read it in parts, a node what concerns it.</summary>
public sealed class RoundPartTests
{
    private const int Nodes = 60;

    private static readonly Round First = new(1);

    [Fact]
    public void The_parts_of_a_round_are_the_whole()
    {
        var ledger = TestLedger.WithNodes(Nodes, isFast: true);
        AssertParts(ledger);
        WorkAndAccuse(ledger);
        AssertParts(ledger);
        ledger.GoTo(ledger.Windows.PayoutFrom(First, (int)TestLedger.AllowedFailed));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        Assert.True(ledger.Round(First).IsSettled);
        AssertParts(ledger);

        Assert.Null(ledger.Bank.GetTaskRoundPart(TestLedger.Task, new(99), null));
        Assert.Null(ledger.Bank.GetTaskRoundPart(Stranger, First, null));
    }

    [Fact]
    public void After_the_last_key_comes_an_empty_part_that_ends_the_round()
    {
        var ledger = TestLedger.WithNodes(3, isFast: true);
        ledger.SubmitAll(First);
        var part = ledger.Bank.GetTaskRoundPart(TestLedger.Task, First, new Pubkey([.. Enumerable.Repeat(byte.MaxValue, Pubkey.SizeBytes)]))!;

        Assert.Empty(part.Submissions);
        Assert.Null(part.Next);
        Assert.Equal((3, true), (part.SubmissionCount, part.HasParticipants));
    }

    [Fact]
    public void A_node_reads_itself_and_those_that_it_audits()
    {
        var ledger = TestLedger.WithNodes(Nodes, isFast: true);
        WorkAndAccuse(ledger);

        var whole = ledger.Round(First);
        foreach (var node in ledger.Nodes.Select(node => node.PublicKey))
        {
            var share = ledger.Bank.GetTaskRoundOf(TestLedger.Task, First, node)!;
            // A backup that is not needed has no duty, but what it has said all the same is shown.
            bool IsAsked(Pubkey candidate, int rank) => rank is >= 0 and < 16
                || (rank >= 0 && whole.Verdicts.TryGetValue(candidate, out var verdicts) && verdicts.Any(verdict => verdict.Voter == node));
            var asked = whole.Auditors.Where(pair => IsAsked(pair.Key, pair.Value.IndexOf(node))).Select(pair => pair.Key).Append(node).ToList();
            var seats = whole.Objections.Where(pair => pair.Value.Seats.Contains(node)).Select(pair => pair.Key);
            Assert.Equal(asked.Union(seats).Order(), share.Submissions.Keys);
            Assert.Equal([node], share.Participants.Keys);
            Assert.Equal((Nodes, true, false), (share.SubmissionCount, share.HasParticipants, share.HasAccepted));
            Assert.All(asked.Except([node]), candidate =>
            {
                // As many of the auditors as come up to the node itself, so that its rank can be read.
                Assert.Equal(whole.Auditors[candidate].Take(share.Auditors[candidate].Length), share.Auditors[candidate]);
                Assert.Equal(node, share.Auditors[candidate][^1]);
            });
            Assert.All(share.Verdicts.Where(pair => pair.Key != node), pair => Assert.All(pair.Value, verdict => Assert.Equal(node, verdict.Voter)));
        }

        var stranger = ledger.Bank.GetTaskRoundOf(TestLedger.Task, First, Stranger)!;
        Assert.Empty(stranger.Participants);
        Assert.Empty(stranger.Submissions);
        Assert.True(stranger.HasParticipants);
        Assert.Null(ledger.Bank.GetTaskRoundOf(TestLedger.Task, new(99), Stranger));
    }

    // Some verdicts, and an objection with its seats drawn.
    private static void WorkAndAccuse(TestLedger ledger)
    {
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        Assert.Equal("ok", Outcome(ledger.Audit(ledger.Nodes[1], ledger.Nodes[0], First, Verdict.Invalid)));
        foreach (var voter in ledger.Nodes.Take(5))
        {
            Assert.Equal("ok", Outcome(ledger.Audit(voter, ledger.Nodes[7], First, Verdict.Valid)));
        }

        ledger.Seal();
    }

    private static void AssertParts(TestLedger ledger)
    {
        for (var limit = 7; limit <= Nodes; limit += Nodes - 7)
        {
            TaskRoundInfo? whole = null;
            var parts = 0;
            do
            {
                var part = ledger.Bank.GetTaskRoundPart(TestLedger.Task, First, whole?.Next, limit);
                if (part is null)
                {
                    Assert.Null(ledger.Bank.GetTaskRound(TestLedger.Task, First));
                    return;
                }

                Assert.True(part.Participants.Count <= limit && part.Submissions.Count <= limit);
                whole = whole is null ? part : part.After(whole);
                parts++;
            }
            while (whole.Next is not null);

            Assert.Equal((Nodes + limit - 1) / limit, parts);
            Assert.Equal(Text(ledger.Round(First)), Text(whole));
        }
    }

    private static string Text(TaskRoundInfo round) => string.Join(
        '\n',
        [
            .. Lines(round.Participants),
            .. Lines(round.Submissions),
            .. Lines(round.Auditors.ToImmutableSortedDictionary(pair => pair.Key, pair => string.Join(' ', pair.Value))),
            .. Lines(round.Verdicts.ToImmutableSortedDictionary(pair => pair.Key, pair => string.Join(' ', pair.Value))),
            .. Lines(round.Objections.ToImmutableSortedDictionary(pair => pair.Key, pair => $"{pair.Value.By} {pair.Value.Bond} {string.Join(' ', pair.Value.Seats)}")),
            .. Lines(round.Outcomes),
            .. Lines(round.Rewards),
            .. Lines(round.AuditPay),
            .. Lines(round.SlashShares),
            .. Lines(round.Slashes),
            $"{round.SubmissionCount} {round.HasParticipants} {round.HasAccepted} {round.Payout} {round.IsSettled} {string.Join(' ', round.Leaders)}",
        ]);

    private static IEnumerable<string> Lines<T>(ImmutableSortedDictionary<Pubkey, T> map) => map.Select(pair => $"{pair.Key} {pair.Value}").Append("-");
}
