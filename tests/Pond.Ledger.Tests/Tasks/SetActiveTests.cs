using Pond.Primitives;
using Pond.Primitives.Instructions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class SetActiveTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var call = new TaskInstruction.SetActive(IsActive: true).ToInstruction(TestLedger.Task, Stranger);
        var wrong = call.With(2, Stranger);

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(6)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..1] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger.CreateTask(isActive: false);
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(call.With(2, TestLedger.Task).Unsigned(1)));
        Assert.Equal("WrongManagerList", ledger.Try(wrong));
        Assert.Equal("NotAuthorized", ledger.Try(call));
        Assert.False(ledger.Info.IsActive);
        Assert.Equal("ok", ledger.Try(call.With(1, TestLedger.Creator.PublicKey)));
        Assert.True(ledger.Info.IsActive);
    }

    [Fact]
    public void The_networks_managers_can_stop_a_task()
    {
        var ledger = new TestLedger(isFast: true);
        ledger.CreateTask();

        Assert.Equal("ok", ledger.Try(new TaskInstruction.SetActive(IsActive: false).ToInstruction(TestLedger.Task, TestLedger.Manager.PublicKey)));
        Assert.False(ledger.Info.IsActive);
    }

    [Fact]
    public void A_stopped_task_takes_no_new_stakes_and_no_submissions_but_pays_out()
    {
        var ledger = TestLedger.WithNodes(2, isFast: true);
        ledger.MustSend([new TaskInstruction.SetActive(IsActive: false).ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey)]);
        var late = TestLedger.Key("late");
        ledger.CreateStakingWallet(late, TestLedger.MinimumStake);

        Assert.Equal("TaskInactive", Outcome(ledger.Send(ledger.StakeCall(late, TestLedger.MinimumStake))));
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        Assert.Equal("TaskInactive", Outcome(ledger.Submit(ledger.Nodes[0], First, "x")));
        Assert.Equal("ok", ledger.Try(new TaskInstruction.FundTask(new(1)).ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey, TestLedger.Pot)));
        Assert.Equal("ok", Outcome(ledger.Withdraw(ledger.Nodes[0])));
        Assert.Equal("ok", Outcome(ledger.Claim(ledger.Nodes[0], TestLedger.Creator.PublicKey)));
    }
}
