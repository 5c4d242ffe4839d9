using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tests.Tasks;

/// <summary>What was worked out before and is served again must be what would be worked out now.</summary>
public sealed class CacheTests
{
    private const int Nodes = 5;
    private const int Steps = 30;

    [Fact]
    public void Whatever_happened_a_ledger_that_remembers_answers_like_one_that_works_everything_out_again()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Play((ulong)seed)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_image_is_served_again_until_what_it_shows_changes()
    {
        var ledger = TestLedger.WithNodes(2, isFast: true);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(new(1)));
        Assert.True(ledger.Submit(ledger.Nodes[0], new(1), "first").IsSuccess);

        var before = ledger.Bank.GetSubmissionImage(TestLedger.Task, new(1))!.Value;
        Assert.True(ledger.Submit(ledger.Nodes[0], new(1), "first").IsSuccess);
        ledger.Seal();
        Assert.True(before == ledger.Bank.GetSubmissionImage(TestLedger.Task, new(1))!.Value);
        Assert.True(ledger.Submit(ledger.Nodes[1], new(1), "second").IsSuccess);
        Assert.NotEqual(before.Length, ledger.Bank.GetSubmissionImage(TestLedger.Task, new(1))!.Value.Length);
    }

    [Fact]
    public void A_node_is_told_its_share_of_what_everybody_is_told()
    {
        var ledger = TestLedger.WithNodes(20, isFast: true);
        ledger.SubmitAll(new(1));
        Assert.Empty(ledger.Bank.GetAuditAssignments(TestLedger.Task, new(1), ledger.Nodes[0].PublicKey)!.Candidates);
        ledger.GoToAudit(new(1));
        Assert.True(ledger.Audit(ledger.Nodes[1], ledger.Nodes[0], new(1), Verdict.Invalid).IsSuccess);
        ledger.Seal();

        var round = ledger.Round(new(1));
        foreach (var node in ledger.Nodes.Select(node => node.PublicKey))
        {
            var share = ledger.Bank.GetAuditAssignments(TestLedger.Task, new(1), node)!;
            Assert.Equal(
                round.Auditors.Where(pair => pair.Value.Contains(node)).Select(pair => (pair.Key, pair.Value.IndexOf(node))).OrderBy(pair => pair.Item2),
                share.Candidates.Select(candidate => (candidate.Candidate, candidate.Rank)));
            Assert.Equal(
                round.Objections.Where(pair => pair.Value.Seats.Contains(node)).Select(pair => pair.Key), share.Objections.Select(seat => seat.Candidate));
            Assert.Equal(round.AuditorsPerSubmission, share.AuditorsPerSubmission);
        }

        Assert.Null(ledger.Bank.GetAuditAssignments(TestLedger.Task, new(2), ledger.Nodes[0].PublicKey));
        Assert.Empty(ledger.Bank.GetAuditAssignments(TestLedger.Task, new(1), TestLedger.Creator.PublicKey)!.Candidates);
    }

    private static bool Play(ulong seed)
    {
        var remembering = TestLedger.WithNodes(Nodes, isFast: true);
        var forgetting = TestLedger.WithNodes(Nodes, isFast: true);
        var (first, second) = (DeterministicRandom.ForStream(seed, "life"), DeterministicRandom.ForStream(seed, "life"));
        for (var step = 0; step < Steps; step++)
        {
            forgetting.Bank.DropCaches();
            Step(remembering, first);
            Step(forgetting, second);
            forgetting.Bank.DropCaches();
            Assert.Equal(Answers(forgetting), Answers(remembering));
        }

        return true;
    }

    private static void Step(TestLedger ledger, DeterministicRandom random)
    {
        var now = ledger.Info.RoundAt(ledger.Bank.Slot);
        var round = new Round(now.Value - Math.Min(now.Value, 1 + random.NextBelow(2UL)));
        switch (random.NextBelow(6))
        {
            case 0:
                ledger.GoTo(ledger.Bank.Slot + 1 + random.NextBelow(TestLedger.RoundTime / 2));
                break;
            case 1:
                foreach (var node in ledger.Nodes)
                {
                    _ = ledger.Submit(node, round, $"result {random.NextBelow(3)}");
                }

                break;
            case 2:
                foreach (var node in ledger.Nodes)
                {
                    _ = ledger.Audit(node, Any(ledger, random), round, random.Chance(1, 4) ? Verdict.Invalid : Verdict.Valid);
                }

                break;
            case 3 when ledger.Bank.GetTaskRound(TestLedger.Task, round) is { Leaders: [var leader, ..] }:
                _ = ledger.SubmitList(ledger.NodeOf(leader), round, ledger.HonestList(round));
                break;
            case 4:
                _ = ledger.AuditList(Any(ledger, random), Any(ledger, random).PublicKey, round, Verdict.Invalid);
                break;
            default:
                _ = ledger.Payout(round);
                break;
        }
    }

    private static Keypair Any(TestLedger ledger, DeterministicRandom random) => ledger.Nodes[random.NextBelow(ledger.Nodes.Length)];

    private static string Answers(TestLedger ledger)
    {
        var bank = ledger.Bank;
        var now = ledger.Info.RoundAt(bank.Slot).Value;
        return string.Join('\n', Enumerable.Range(0, (int)now + 1).Select(number => new Round((ulong)number)).SelectMany(round => new[]
        {
            Text(bank.GetSubmissionImage(TestLedger.Task, round)),
            Text(bank.GetDistributionImage(TestLedger.Task, round)),
            string.Join(' ', bank.GetAuditAssignments(TestLedger.Task, round, ledger.Nodes[0].PublicKey) is { } share
                ? [.. share.Candidates, .. share.Objections, .. share.Lists, share.LeaderRank]
                : ImmutableArray<object?>.Empty),
            string.Join(' ', bank.GetTaskRound(TestLedger.Task, round)?.Outcomes ?? ImmutableSortedDictionary<Pubkey, SubmissionOutcome>.Empty),
        }).Append(Text(bank.GetTaskImage(TestLedger.Task, TaskImageParts.All))).Append(bank.LatestBlock.Hash.ToString()));
    }

    private static string Text(ImmutableArray<byte>? bytes) => bytes is { } image ? System.Text.Encoding.UTF8.GetString(image.AsSpan()) : "none";
}
