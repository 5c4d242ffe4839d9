using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class SubmitTaskTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = Submit("", Stranger, new(TaskInstruction.MaxNumber));

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(1)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..1] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger = TestLedger.WithNodes(1, isFast: true);
        var node = ledger.Nodes[0].PublicKey;
        Activate(ledger, isActive: false);
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0).Unsigned(1)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(1)));
        Assert.Equal("TaskInactive", ledger.Try(wrong));
        Activate(ledger, isActive: true);
        Assert.Equal("WindowNotOpen", ledger.Try(wrong));
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        Assert.Equal("WindowClosed", ledger.Try(Submit("", Stranger, new(0))));
        Assert.Equal("StakeTooLow", ledger.Try(Submit("", Stranger, First)));
        Assert.Equal("InvalidParameters", ledger.Try(Submit("", node, First)));
        Assert.Equal("ok", ledger.Try(Submit("x", node, First)));
        Assert.Equal("AlreadySubmitted", ledger.Try(Submit("", node, First)));
    }

    [Fact]
    public void The_first_submission_stands()
    {
        var ledger = TestLedger.WithNodes(2, isFast: true);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        Assert.Equal("ok", Outcome(ledger.Submit(ledger.Nodes[0], First, "mine")));
        var before = ledger.Bank.GetAccount(TestLedger.Task)!.Data;

        Assert.Equal("ok", Outcome(ledger.Submit(ledger.Nodes[0], First, "mine")));
        Assert.Equal("AlreadySubmitted", Outcome(ledger.Submit(ledger.Nodes[0], First, "another")));
        Assert.Equal("InvalidParameters", Outcome(ledger.Submit(ledger.Nodes[1], First, "   ")));
        Assert.Equal(before.ToArray(), ledger.Bank.GetAccount(TestLedger.Task)!.Data.ToArray());
    }

    [Fact]
    public void A_stake_that_came_after_the_rounds_first_slot_is_too_late_for_it()
    {
        var ledger = TestLedger.WithNodes(1, isFast: true);
        var late = TestLedger.Key("late");
        ledger.CreateStakingWallet(late, TestLedger.MinimumStake);
        ledger.GoTo(ledger.Windows.StartOf(First));
        ledger.MustSend(ledger.StakeCall(late, TestLedger.MinimumStake));

        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        Assert.Equal("StakeTooLow", Outcome(ledger.Submit(late, First, "x")));
        ledger.GoTo(ledger.Windows.SubmissionsFrom(new(2)));
        Assert.Equal("ok", Outcome(ledger.Submit(late, new(2), "x")));
    }

    [Fact]
    public void A_full_account_takes_no_submission_and_gives_all_money_back()
    {
        var ledger = TestLedger.WithNodes(60, isFast: true, spaceBytes: 16_000);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        var outcomes = ledger.Nodes.Select(node => Outcome(ledger.Submit(node, First, new string('x', 60)))).ToList();

        // 2,000 bytes, 160 for each of 60 stakers and 170 for each submission, in 14,400.
        Assert.Equal(16, outcomes.Count(outcome => outcome == "ok"));
        Assert.All(outcomes.Skip(16), outcome => Assert.Equal("StateFull", outcome));
        Assert.Equal("ok", Outcome(ledger.Withdraw(ledger.Nodes[59])));
        Assert.Equal("ok", Outcome(ledger.Claim(ledger.Nodes[59], Stranger)));
        ledger.GoTo(ledger.Windows.SubmissionsFrom(new(9)));
        Assert.Equal("ok", Outcome(ledger.Submit(ledger.Nodes[0], new(9), "room again")));
    }

    [Fact]
    public void Accounts_are_found_without_the_clock_and_with_it_in_front()
    {
        var ledger = TestLedger.WithNodes(1, isFast: true);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        var call = Submit("x", ledger.Nodes[0].PublicKey, First);

        Assert.Equal("ok", ledger.Try(call with { Accounts = [AccountMeta.Writable(ProgramIds.Clock), .. call.Accounts[..2]] }));
        Assert.Equal("ok", ledger.Try(call with { Accounts = call.Accounts[..2] }));
    }

    [Fact]
    public void A_submission_is_an_event()
    {
        var ledger = TestLedger.WithNodes(1, isFast: true);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));

        Assert.Equal(
            $$"""Program log: TaskEvent:{"kind":"submit","task":"{{TestLedger.Task}}","round":1,"by":"{{ledger.Nodes[0].PublicKey}}","value":"x","slot":{{ledger.Bank.Slot}}}""",
            ledger.Submit(ledger.Nodes[0], First, "x").Logs[1]);
    }

    private static Instruction Submit(string value, Pubkey node, Round round) =>
        new TaskInstruction.SubmitTask(value, round).ToInstruction(TestLedger.Task, node);

    private static void Activate(TestLedger ledger, bool isActive) =>
        ledger.MustSend([new TaskInstruction.SetActive(isActive).ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey)]);
}
