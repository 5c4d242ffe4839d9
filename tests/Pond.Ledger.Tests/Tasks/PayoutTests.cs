using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class PayoutTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = Payout(new(TaskInstruction.MaxNumber));

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(4)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = [AccountMeta.ReadOnly(ProgramIds.Clock)] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger = RoundScenarioTests.AuditedRound(3);
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0)));
        Assert.Equal("NothingToAudit", ledger.Try(wrong));
        Assert.Equal("WindowNotOpen", ledger.Try(Payout(First)));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        Assert.Equal("ok", ledger.Try(Payout(First)));
        Assert.Equal(PayoutRecord.PayoutFailed, ledger.Round(First).Payout);
        Assert.Equal("WindowNotOpen", ledger.Try(Payout(First)));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 2));
        Assert.Equal("ok", ledger.Try(Payout(First)));
        Assert.Equal("AlreadySettled", ledger.Try(Payout(First)));
    }

    [Fact]
    public void Anybody_may_ask_and_what_else_is_named_does_not_matter()
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leader = ledger.NodeOf(ledger.Round(First).Leaders[0]);
        Assert.Equal("ok", Outcome(ledger.SubmitList(leader, First, ledger.HonestList(First))));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));

        Assert.Equal("ok", ledger.Try(new TaskInstruction.Payout(First).ToInstruction(TestLedger.Task, Stranger)));
        Assert.Equal(3, ledger.Round(First).Rewards.Count);
    }

    [Fact]
    public void A_long_payout_comes_in_parts_and_is_shown_as_paid_with_the_last()
    {
        const int Nodes = 5_001;
        var ledger = TestLedger.WithNodes(Nodes, variables: "", isFast: true, spaceBytes: 5_000_000);
        ledger.SubmitAll(First);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0));
        var leader = ledger.NodeOf(Assert.Single(ledger.Round(First).Leaders));
        var part = TestLedger.BountyPerRound.SplitEqually(Nodes).Part.Value;
        Assert.Equal("ok", Outcome(ledger.SubmitList(
            leader, First, $"{{{string.Join(',', ledger.Nodes.Select(node => $"\"{node.PublicKey}\":{part}"))}}}")));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));

        var first = ledger.Payout(First);
        Assert.Contains(first.Logs, line => line.EndsWith("\"paid\":5000,\"left\":1}", StringComparison.Ordinal));
        Assert.Equal(5_000, ledger.Info.AvailableBalances.Count);
        Assert.Equal((PayoutRecord.Uninitialized, false), (ledger.Round(First).Payout, ledger.Round(First).IsSettled));
        Assert.Equal(TestLedger.Bounty.Value - (part * Nodes), ledger.Info.TotalBounty.Value);
        ledger.Bank.VerifyConservation();

        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        Assert.Equal(Nodes, ledger.Info.AvailableBalances.Count);
        Assert.All(ledger.Info.AvailableBalances.Values, amount => Assert.Equal(part, amount.Value));
        Assert.Equal((PayoutRecord.PayoutSuccessful, true), (ledger.Round(First).Payout, ledger.Round(First).IsSettled));
        Assert.Equal("AlreadySettled", Outcome(ledger.Payout(First)));
        ledger.Bank.VerifyConservation();
    }

    // Three submit; the third is accused by the first, and the list slashes everybody.
    [Theory]
    [InlineData("nobody votes", new Verdict[0], 0)]
    [InlineData("a tie", new[] { Verdict.Valid, Verdict.Invalid }, 0)]
    [InlineData("in favour", new[] { Verdict.Valid, Verdict.Valid }, 0)]
    [InlineData("against", new[] { Verdict.Invalid, Verdict.Invalid }, 2_000_000_000)]
    public void In_a_legacy_task_a_list_slashes_only_the_convicted_and_the_bounty_gets_it(string what, Verdict[] votes, long expected)
    {
        var ledger = TestLedger.WithNodes(4, variables: "", isFast: true);
        ledger.SubmitAll(First);
        var accused = ledger.Nodes[3];
        Assert.Equal("ok", Outcome(ledger.Audit(ledger.Nodes[0], accused, First, Verdict.Invalid)));
        for (var index = 0; index < votes.Length; index++)
        {
            Assert.Equal("ok", Outcome(ledger.Audit(ledger.Nodes[index + 1], accused, First, votes[index])));
        }

        ledger.GoTo(ledger.Windows.ListsFrom(First, 0));
        var author = ledger.NodeOf(Assert.Single(ledger.Round(First).Leaders));
        Assert.Equal("ok", Outcome(ledger.SubmitList(
            author, First, $"{{{string.Join(',', ledger.Nodes.Select(node => $"\"{node.PublicKey}\":{(node == accused ? "-2000000000.7" : "-1")}"))}}}")));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        var burnt = ledger.Bank.GetAccount(ProgramIds.Burn)!.Lamports;
        Assert.Equal("ok", Outcome(ledger.Payout(First)));

        var lost = (ulong)expected;
        Assert.True((4 * TestLedger.MinimumStake.Value) - lost == ledger.Info.TotalStake.Value, what);
        Assert.Equal(TestLedger.Bounty.Value + lost, ledger.Info.TotalBounty.Value);
        Assert.Equal(burnt, ledger.Bank.GetAccount(ProgramIds.Burn)!.Lamports);
        ledger.Bank.VerifyConservation();
    }

    // 100 KOII in rounds of 10; what can't be divided is left over.
    [Fact]
    public void When_the_bounty_is_used_up_rounds_are_worked_and_settled_all_the_same()
    {
        var ledger = TestLedger.WithNodes(3, isFast: true);
        ledger.GoTo(ledger.Windows.StartOf(First));
        var paid = new List<ulong>();
        for (var count = 0; count < 12; count++)
        {
            var round = ledger.Info.RoundAt(ledger.Bank.Slot);
            ledger.SubmitAll(round);
            ledger.GoToAudit(round);
            ledger.AuditAll(round, (_, _) => Verdict.Valid);
            ledger.GoTo(ledger.Windows.PayoutFrom(round, (int)TestLedger.AllowedFailed));
            Assert.Equal("ok", Outcome(ledger.Payout(round)));
            Assert.True(ledger.Round(round).IsSettled);
            paid.Add(ledger.Round(round).Rewards.Values.Aggregate(0UL, (sum, amount) => sum + amount.Value));
            ledger.Bank.VerifyConservation();
        }

        Assert.True(paid[0] > 8_000_000_000);
        Assert.True(paid[^1] < 10);
        Assert.True(ledger.Info.TotalBounty.Value < 10);
    }

    [Fact]
    public void Under_koiis_rules_every_task_is_a_legacy_one()
    {
        var ledger = TestLedger.WithNodes(2, isFast: true, rules: LedgerRules.Koii);

        Assert.Equal(TaskClass.Legacy, ledger.Info.Class);
        ledger.SubmitAll(First);
        Assert.Equal("ok", Outcome(ledger.Audit(ledger.Nodes[0], ledger.Nodes[1], First, Verdict.Invalid)));
        Assert.Equal(Lamports.Zero, ledger.Round(First).Objections[ledger.Nodes[1].PublicKey].Bond);
        Assert.Equal(Lamports.Zero, ledger.Info.AuditPayPerRound);
    }

    private static Instruction Payout(Round round) => new TaskInstruction.Payout(round).ToInstruction(TestLedger.Task, Stranger);
}
