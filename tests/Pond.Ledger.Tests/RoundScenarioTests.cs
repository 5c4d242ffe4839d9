using Pond.Ledger.Tasks;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tests;

public sealed class RoundScenarioTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void When_the_leader_is_absent_the_next_one_is_paid_out()
    {
        var ledger = AuditedRound(5);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var second = ledger.NodeOf(ledger.Round(First).Leaders[1]);
        Assert.True(ledger.SubmitList(second, First, ledger.HonestList(First)).IsSuccess);
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));

        Assert.True(ledger.Payout(First).IsSuccess);

        Assert.Equal(5, ledger.Round(First).Rewards.Count);
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void The_list_of_the_lowest_rank_is_paid_whoever_was_first()
    {
        var ledger = AuditedRound(5);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leaders = ledger.Round(First).Leaders;
        Assert.True(ledger.SubmitList(ledger.NodeOf(leaders[1]), First, $"{{\"{leaders[1]}\":5}}").IsSuccess);
        Assert.True(ledger.SubmitList(ledger.NodeOf(leaders[0]), First, $"{{\"{leaders[0]}\":7}}").IsSuccess);
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));

        Assert.True(ledger.Payout(First).IsSuccess);

        var reward = Assert.Single(ledger.Round(First).Rewards);
        Assert.Equal((leaders[0], 7UL), (reward.Key, reward.Value.Value));
    }

    [Fact]
    public void A_lying_list_is_rejected_and_its_author_does_not_write_again()
    {
        var ledger = AuditedRound(5);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var liar = ledger.NodeOf(ledger.Round(First).Leaders[0]);
        Assert.True(ledger.SubmitList(liar, First, $"{{\"{liar.PublicKey}\":9500000000}}").IsSuccess);
        RejectList(ledger, liar);

        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        Assert.True(ledger.Payout(First).IsSuccess);
        Assert.Equal(PayoutRecord.PayoutFailed, ledger.Round(First).Payout);
        Assert.Equal((uint)TaskErrorCode.WindowNotOpen, Code(ledger.Payout(First)));

        ledger.GoTo(ledger.Windows.ListsFrom(First, 1) + 1);
        var leaders = ledger.Round(First).Leaders;
        Assert.Equal(4, leaders.Length);
        Assert.DoesNotContain(liar.PublicKey, leaders);
        Assert.Equal((uint)TaskErrorCode.NotALeader, Code(ledger.SubmitList(liar, First, ledger.HonestList(First))));
        Assert.True(ledger.SubmitList(ledger.NodeOf(leaders[0]), First, ledger.HonestList(First)).IsSuccess);
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 1));
        Assert.True(ledger.Payout(First).IsSuccess);

        Assert.Equal(PayoutRecord.PayoutSuccessful, ledger.Round(First).Payout);
        Assert.Equal(5, ledger.Round(First).Rewards.Count);
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void A_list_that_pays_a_convicted_node_is_clamped_to_the_verdicts()
    {
        var ledger = TestLedger.WithNodes(5);
        var cheater = ledger.Nodes[0].PublicKey;
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        ledger.AuditAll(First, (_, candidate) => candidate == cheater ? Verdict.Invalid : Verdict.Valid);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leader = ledger.Round(First).Leaders[0];
        Assert.NotEqual(cheater, leader);
        Assert.True(ledger.SubmitList(ledger.NodeOf(leader), First, $"{{\"{cheater}\":1000,\"{leader}\":-5}}").IsSuccess);
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        Assert.True(ledger.Payout(First).IsSuccess);

        var round = ledger.Round(First);
        Assert.Empty(round.Rewards);
        Assert.Equal(cheater, Assert.Single(round.Slashes).Key);
        Assert.Equal(TestLedger.MinimumStake, ledger.Info.Stakes[leader]);
    }

    [Fact]
    public void A_false_accuser_loses_the_bond_to_the_accused_and_those_who_stood_by_it()
    {
        var ledger = TestLedger.WithNodes(5);
        var (accuser, accused) = (ledger.Nodes[0], ledger.Nodes[1]);
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        ledger.AuditAll(First, (auditor, candidate) =>
            auditor == accuser && candidate == accused.PublicKey ? Verdict.Invalid : Verdict.Valid);
        var bond = new Lamports(TestLedger.MinimumStake.Value / 20);
        Assert.Equal(bond, ledger.Round(First).Objections[accused.PublicKey].Bond);
        PayHonestly(ledger);

        var round = ledger.Round(First);
        Assert.Equal(SubmissionOutcome.Accepted, round.Outcomes[accused.PublicKey]);
        Assert.Equal(bond, round.Slashes[accuser.PublicKey]);
        Assert.Equal(TestLedger.MinimumStake - bond, ledger.Info.Stakes[accuser.PublicKey]);
        // 19 right verdicts share 0.5 KOII: 26,315,789 each. The accused gave four of them and gets, of the bond of 250,000,000, a half
        // and what three seats leave of the other: 125,000,000 + 2.
        // Both have a fifth of 9.5 KOII for their work.
        var balances = ledger.Info.AvailableBalances;
        Assert.Equal(1_900_000_000UL + (4 * 26_315_789UL) + 125_000_000 + 2, balances[accused.PublicKey].Value);
        Assert.Equal(1_900_000_000UL + (3 * 26_315_789UL), balances[accuser.PublicKey].Value);
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void A_round_of_cheaters_is_settled_without_a_list()
    {
        var ledger = TestLedger.WithNodes(3);
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        ledger.AuditAll(First, (_, _) => Verdict.Invalid);
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));

        Assert.True(ledger.Payout(First).IsSuccess);

        var round = ledger.Round(First);
        Assert.Equal(PayoutRecord.PayoutFailed, round.Payout);
        Assert.Equal(3, round.Slashes.Count);
        Assert.All(round.Outcomes.Values, outcome => Assert.Equal(SubmissionOutcome.Slashed, outcome));
        Assert.Equal((uint)TaskErrorCode.AlreadySettled, Code(ledger.Payout(First)));
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void When_all_leaders_are_absent_the_program_splits_equally()
    {
        var ledger = AuditedRound(4);
        ledger.GoTo(ledger.Windows.PayoutFrom(First, (int)TestLedger.AllowedFailed));

        Assert.True(ledger.Payout(First).IsSuccess);

        var round = ledger.Round(First);
        Assert.Equal(PayoutRecord.PayoutSuccessful, round.Payout);
        Assert.Equal(4, round.Rewards.Count);
        Assert.All(round.Rewards.Values, reward => Assert.Equal(2_375_000_000UL, reward.Value));
    }

    [Fact]
    public void Without_the_fallback_a_round_without_lists_pays_only_its_auditors()
    {
        var ledger = AuditedRound(4, "class=A;fallback=none");
        ledger.GoTo(ledger.Windows.PayoutFrom(First, (int)TestLedger.AllowedFailed));

        Assert.True(ledger.Payout(First).IsSuccess);

        var round = ledger.Round(First);
        Assert.Equal(PayoutRecord.PayoutFailed, round.Payout);
        Assert.Empty(round.Rewards);
        // Twelve shares of 41,666,666; what is left over stays in the bounty.
        Assert.Equal(499_999_992UL, (ulong)round.AuditPay.Values.Sum(amount => (long)amount.Value));
    }

    [Fact]
    public void A_single_node_is_paid_and_shown_as_unaudited()
    {
        var ledger = TestLedger.WithNodes(1);
        ledger.SubmitAll(First);
        PayHonestly(ledger);

        Assert.Equal(SubmissionOutcome.Unaudited, Assert.Single(ledger.Round(First).Outcomes).Value);
        Assert.Equal(9_500_000_000UL, ledger.Info.AvailableBalances[ledger.Nodes[0].PublicKey].Value);
    }

    [Fact]
    public void A_silent_audit_pays_nobody()
    {
        var ledger = TestLedger.WithNodes(3);
        ledger.SubmitAll(First);
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));

        Assert.True(ledger.Payout(First).IsSuccess);

        Assert.All(ledger.Round(First).Outcomes.Values, outcome => Assert.Equal(SubmissionOutcome.Unpaid, outcome));
        Assert.Equal(TestLedger.Bounty, ledger.Info.TotalBounty);
        Assert.Empty(ledger.Round(First).Slashes);
    }

    [Fact]
    public void In_a_committee_task_a_slash_is_five_percent_and_no_bond_is_locked()
    {
        var ledger = TestLedger.WithNodes(5, "class=C;fallback=equal");
        var cheater = ledger.Nodes[2].PublicKey;
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        ledger.AuditAll(First, (_, candidate) => candidate == cheater ? Verdict.Invalid : Verdict.Valid);
        Assert.Equal(Lamports.Zero, ledger.Round(First).Objections[cheater].Bond);
        PayHonestly(ledger);

        Assert.Equal(250_000_000UL, ledger.Round(First).Slashes[cheater].Value);
    }

    [Fact]
    public void A_stake_is_locked_while_its_submissions_are_young_and_free_after()
    {
        var ledger = AuditedRound(3);
        var node = ledger.Nodes[0];
        PayHonestly(ledger);
        Assert.Equal((uint)TaskErrorCode.StakeInUse, Code(ledger.Withdraw(node)));
        ledger.GoTo(new(ledger.Windows.StartOf(new(5)).Value - 1));
        var refused = ledger.Withdraw(node);
        Assert.Equal((uint)TaskErrorCode.StakeInUse, Code(refused));
        Assert.Contains(refused.Logs, line => line.Contains("submission cannot withdraw", StringComparison.Ordinal));

        ledger.GoTo(ledger.Windows.StartOf(new(5)));
        Assert.True(ledger.Withdraw(node).IsSuccess);

        var owed = ledger.Info.AvailableBalances[node.PublicKey];
        Assert.True(owed > TestLedger.MinimumStake);
        var before = ledger.Bank.GetAccount(TestLedger.Manager.PublicKey)!.Lamports;
        Assert.True(ledger.Claim(node, TestLedger.Manager.PublicKey).IsSuccess);
        Assert.Equal(before + owed, ledger.Bank.GetAccount(TestLedger.Manager.PublicKey)!.Lamports);
        Assert.Contains("You must stake before withdraw", string.Join('\n', ledger.Withdraw(node).Logs), StringComparison.Ordinal);
        Assert.Contains(
            "The provided claimer account doesn't have any balance on task state",
            string.Join('\n', ledger.Claim(node, TestLedger.Manager.PublicKey).Logs),
            StringComparison.Ordinal);
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void A_round_that_nobody_settles_keeps_its_stakes_locked_and_is_settled_when_it_is_pruned()
    {
        var ledger = TestLedger.WithNodes(3);
        var cheater = ledger.Nodes[1];
        ledger.SubmitAll(First, node => node == cheater ? "lie" : "truth");
        ledger.GoToAudit(First);
        ledger.AuditAll(First, (_, candidate) => candidate == cheater.PublicKey ? Verdict.Invalid : Verdict.Valid);

        ledger.GoTo(ledger.Windows.StartOf(new(8)));
        Assert.Equal((uint)TaskErrorCode.StakeInUse, Code(ledger.Withdraw(cheater)));
        // Retained are 3 + max(4, attempts) rounds; the submission for round 8 comes in round 9.
        ledger.GoTo(ledger.Windows.SubmissionsFrom(new(8)));
        Assert.True(ledger.Submit(ledger.Nodes[0], new(8), "later").IsSuccess);

        Assert.Null(ledger.Bank.GetTaskRound(TestLedger.Task, First));
        Assert.Equal(1_500_000_000UL, ledger.Info.Stakes[cheater.PublicKey].Value);
        Assert.True(ledger.Info.AvailableBalances[ledger.Nodes[0].PublicKey].Value > 4_000_000_000);
        Assert.True(ledger.Withdraw(cheater).IsSuccess);
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void The_participants_are_those_who_were_staked_when_the_round_began()
    {
        var ledger = TestLedger.WithNodes(2);
        var late = TestLedger.Key("late");
        ledger.CreateStakingWallet(late, TestLedger.MinimumStake);
        ledger.GoTo(ledger.Windows.StartOf(First));
        ledger.MustSend(ledger.StakeCall(late, TestLedger.MinimumStake), late);

        Assert.Equal(
            ledger.Nodes.Select(node => node.PublicKey).Order(), ledger.Round(First).Participants.Keys);
        ledger.GoTo(ledger.Windows.StartOf(new(2)));
        Assert.Equal(3, ledger.Round(new(2)).Participants.Count);
        Assert.Equal(2, ledger.Round(First).Participants.Count);
        Assert.Empty(ledger.Round(new(0)).Participants);
        Assert.Null(ledger.Bank.GetTaskRound(TestLedger.Task, new(3)));
        Assert.Equal((uint)TaskErrorCode.StakeTooLow, Code(ledger.Submit(late, First, "work")));
        Assert.True(ledger.Submit(ledger.Nodes[0], First, "work").IsSuccess);
    }

    [Fact]
    public void Verdicts_before_an_objection_are_no_triggers_and_votes_after_it_are_shown()
    {
        var ledger = TestLedger.WithNodes(4);
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        var candidate = ledger.Nodes[0];
        Assert.True(ledger.Audit(ledger.Nodes[1], candidate, First, Verdict.Valid).IsSuccess);
        Assert.Contains("\"submissions_audit_trigger\":{}", Image(ledger), StringComparison.Ordinal);

        Assert.True(ledger.Audit(ledger.Nodes[2], candidate, First, Verdict.Invalid).IsSuccess);

        var trigger = $"\"submissions_audit_trigger\":{{\"1\":{{\"{candidate.PublicKey}\":{{\"trigger_by\":[{Numbers(ledger.Nodes[2])}],\"slot\":{ledger.Bank.Slot},\"votes\":[{{\"is_valid\":true,\"voter\":[{Numbers(ledger.Nodes[1])}],\"slot\":{ledger.Bank.Slot}}}]}}}}}}";
        Assert.Contains(trigger, Image(ledger), StringComparison.Ordinal);
    }

    internal static TestLedger AuditedRound(int nodes, string variables = "class=A;fallback=equal")
    {
        var ledger = TestLedger.WithNodes(nodes, variables, isFast: true);
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        ledger.AuditAll(First, (_, _) => Verdict.Valid);
        return ledger;
    }

    private static void PayHonestly(TestLedger ledger)
    {
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leader = ledger.NodeOf(ledger.Round(First).Leaders[0]);
        var submitted = ledger.SubmitList(leader, First, ledger.HonestList(First));
        Assert.True(submitted.IsSuccess, string.Join('\n', submitted.Logs));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        Assert.True(ledger.Payout(First).IsSuccess);
    }

    private static void RejectList(TestLedger ledger, Keypair author)
    {
        ledger.GoTo(ledger.Windows.ListBeaconAfter(First, 0) + 2);
        foreach (var auditor in ledger.Round(First).Lists[author.PublicKey].Auditors)
        {
            Assert.True(ledger.AuditList(ledger.NodeOf(auditor), author.PublicKey, First, Verdict.Invalid).IsSuccess);
        }
    }

    private static uint? Code(TransactionResult result)
    {
        Assert.True(result.IsLanded);
        return result.Error?.Instruction?.Custom;
    }

    private static string Image(TestLedger ledger) =>
        System.Text.Encoding.UTF8.GetString(ledger.Bank.GetAccount(TestLedger.Task)!.Data.AsSpan());

    private static string Numbers(Keypair key) => string.Join(',', key.PublicKey.ToArray());
}
