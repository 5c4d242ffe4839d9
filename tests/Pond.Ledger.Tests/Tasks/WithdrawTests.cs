using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class WithdrawTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = new TaskInstruction.Withdraw().ToInstruction(TestLedger.Task, Stranger);

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(10)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..1] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger.CreateTask();
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0).Unsigned(1)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(1)));
        var result = ledger.Send([wrong]);
        Assert.Equal("NotStaked", Outcome(result));
        // Koii's node looks for these words.
        Assert.Contains(result.Logs, line => line.Contains("You must stake before withdraw", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stake_becomes_claimable_and_its_address_is_forgotten()
    {
        var ledger = TestLedger.WithNodes(2, isFast: true);
        var pot = ledger.Bank.GetAccount(TestLedger.Pot)!.Lamports;
        Assert.Equal("ok", Outcome(ledger.Withdraw(ledger.Nodes[0])));

        Assert.Equal(pot, ledger.Bank.GetAccount(TestLedger.Pot)!.Lamports);
        Assert.Equal(TestLedger.MinimumStake, ledger.Info.AvailableBalances[ledger.Nodes[0].PublicKey]);
        Assert.Equal([ledger.Nodes[1].PublicKey], ledger.Info.Stakes.Keys);
        Assert.Equal([ledger.Nodes[1].PublicKey], ledger.Info.Addresses.Keys);
        Assert.Equal("NotStaked", Outcome(ledger.Withdraw(ledger.Nodes[0])));
    }

    // A submission for round 1 is made in round 2. Paid in round 3, its stake is free in round 5: 1 is no longer within three rounds.
    [Theory]
    [InlineData(4, 39, "StakeInUse")]
    [InlineData(5, 0, "ok")]
    public void A_stake_is_locked_for_three_rounds_after_that_of_its_submission(ulong round, ulong offset, string expected)
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leader = ledger.NodeOf(ledger.Round(First).Leaders[0]);
        Assert.Equal("ok", Outcome(ledger.SubmitList(leader, First, ledger.HonestList(First))));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        ledger.GoTo(ledger.Windows.StartOf(new(round)) + offset);
        var result = ledger.Withdraw(ledger.Nodes[0]);

        Assert.Equal(expected, Outcome(result));
        Assert.Equal(
            expected != "ok", result.Logs.Any(line => line.Contains("submission cannot withdraw", StringComparison.OrdinalIgnoreCase)));
    }

    // In a legacy task the list says how much the convicted lose: here all.
    [Fact]
    public void Losing_the_whole_stake_and_staking_anew_does_not_end_the_lock()
    {
        var ledger = TestLedger.WithNodes(4, variables: "", isFast: true);
        ledger.SubmitAll(First);
        var convicted = ledger.Nodes[3];
        foreach (var voter in ledger.Nodes.Take(3))
        {
            Assert.Equal("ok", Outcome(ledger.Audit(voter, convicted, First, Verdict.Invalid)));
        }

        ledger.GoTo(ledger.Windows.ListsFrom(First, 0));
        var author = ledger.NodeOf(Assert.Single(ledger.Round(First).Leaders));
        Assert.Equal("ok", Outcome(ledger.SubmitList(author, First, $"{{\"{convicted.PublicKey}\":-9000000000}}")));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        Assert.DoesNotContain(convicted.PublicKey, ledger.Info.Stakes.Keys);
        Assert.Equal("NotStaked", Outcome(ledger.Withdraw(convicted)));

        ledger.MustSend([new SystemInstruction.Transfer(TestLedger.MinimumStake).ToInstruction(TestLedger.Faucet.PublicKey, convicted.PublicKey)]);
        ledger.MustSend(ledger.StakeCall(convicted, TestLedger.MinimumStake), convicted);
        Assert.Equal("StakeInUse", Outcome(ledger.Withdraw(convicted)));
        ledger.GoTo(ledger.Windows.StartOf(new(5)));
        Assert.Equal("ok", Outcome(ledger.Withdraw(convicted)));
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void Verdicts_bonds_and_open_rounds_lock_a_stake_as_well()
    {
        var ledger = TestLedger.WithNodes(4, isFast: true);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        foreach (var node in ledger.Nodes.Take(3))
        {
            Assert.Equal("ok", Outcome(ledger.Submit(node, First, "x")));
        }

        ledger.GoToAudit(First);
        // The fourth submitted nothing, and accuses somebody.
        Assert.Equal("ok", Outcome(ledger.Audit(ledger.Nodes[3], ledger.Nodes[0], First, Verdict.Invalid)));
        Assert.Equal("StakeInUse", Outcome(ledger.Withdraw(ledger.Nodes[3])));
        ledger.GoTo(ledger.Windows.StartOf(new(7)));
        Assert.Equal("StakeInUse", Outcome(ledger.Withdraw(ledger.Nodes[3])));
        Assert.Equal("StakeInUse", Outcome(ledger.Withdraw(ledger.Nodes[1])));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        Assert.All(ledger.Nodes, node => Assert.Equal("ok", Outcome(ledger.Withdraw(node))));
        ledger.Bank.VerifyConservation();
    }

    // Nobody withdraws while a round of theirs is open; but the list of another round can take the whole stake first.
    [Fact]
    public void What_a_key_earned_is_credited_whether_or_not_it_still_has_a_stake()
    {
        var ledger = TestLedger.WithNodes(4, variables: "", isFast: true);
        ledger.SubmitAll(First);
        var convicted = ledger.Nodes[3];
        ledger.SubmitAll(new(2));
        foreach (var voter in ledger.Nodes.Take(3))
        {
            Assert.Equal("ok", Outcome(ledger.Audit(voter, convicted, new(2), Verdict.Invalid)));
        }

        // Round 2 takes the whole stake before round 1 pays.
        ledger.GoTo(ledger.Windows.ListsFrom(First, 1));
        var author = ledger.NodeOf(Assert.Single(ledger.Round(First).Leaders));
        Assert.Equal("ok", Outcome(ledger.SubmitList(author, First, $"{{\"{convicted.PublicKey}\":1000}}")));
        var second = ledger.NodeOf(Assert.Single(ledger.Round(new(2)).Leaders));
        Assert.Equal("ok", Outcome(ledger.SubmitList(second, new(2), $"{{\"{convicted.PublicKey}\":-9000000000}}")));
        ledger.GoTo(ledger.Windows.PayoutFrom(new(2), 0));
        Assert.Equal("ok", Outcome(ledger.Payout(new(2))));
        Assert.DoesNotContain(convicted.PublicKey, ledger.Info.Stakes.Keys);

        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        Assert.Equal(new Lamports(1000), ledger.Info.AvailableBalances[convicted.PublicKey]);
        Assert.Equal("ok", Outcome(ledger.Claim(convicted, TestLedger.Faucet.PublicKey)));
        ledger.Bank.VerifyConservation();
    }
}
