using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class DeleteTaskTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = new TaskInstruction.DeleteTask().ToInstruction(TestLedger.Task, Stranger, Stranger).With(4, Stranger);

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(15)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..4] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger.CreateTask();
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0).Unsigned(1)));
        wrong = wrong.With(2, ProgramIds.DummyTaskPot);
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(1)));
        Assert.Equal("WrongManagerList", ledger.Try(wrong));
        wrong = wrong.With(4, ProgramAddress.TaskManagers);
        Assert.Equal("NotAuthorized", ledger.Try(wrong));
        Assert.Equal("NotAuthorized", ledger.Try(wrong.With(1, TestLedger.Manager.PublicKey)));
        wrong = wrong.With(1, TestLedger.Creator.PublicKey);
        Assert.Equal("WrongStakePot", ledger.Try(wrong));
        wrong = wrong.With(2, TestLedger.Pot);
        Assert.Equal("ReadonlyLamportChange", ledger.Try(wrong.ReadOnly(2)));
        Assert.Equal("TaskInUse", ledger.Try(wrong.ReadOnly(1)));
        Activate(ledger, isActive: false);
        Assert.Equal("CannotPay", ledger.Try(wrong.ReadOnly(1)));
        Assert.Equal("ok", ledger.Try(wrong));
        Assert.Equal("NotATask", ledger.Try(wrong));
    }

    [Fact]
    public void The_manager_gets_bounty_and_rent_back_and_nothing_remains()
    {
        var ledger = new TestLedger(isFast: true);
        var before = ledger.Bank.GetAccount(TestLedger.Creator.PublicKey)!.Lamports;
        ledger.CreateTask(isActive: false);
        Assert.Equal("ok", ledger.Try(new TaskInstruction.DeleteTask().ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey, TestLedger.Pot)));

        Assert.Equal(before, ledger.Bank.GetAccount(TestLedger.Creator.PublicKey)!.Lamports);
        Assert.Null(ledger.Bank.GetAccount(TestLedger.Task));
        Assert.Null(ledger.Bank.GetAccount(TestLedger.Pot));
        Assert.Null(ledger.Bank.GetTask(TestLedger.Task));
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void Two_managers_of_the_network_can_delete_a_task_but_the_refund_is_its_own_managers()
    {
        var second = TestLedger.Key("second manager").PublicKey;
        var ledger = new TestLedger(isFast: true);
        Assert.Equal("ok", ledger.Try(new TaskInstruction.HandleManagerAccounts(ManagerOperation.Insert)
            .ToInstruction(TestLedger.Manager.PublicKey, TestLedger.Manager.PublicKey, second)));
        ledger.CreateTask(isActive: false);
        var call = new TaskInstruction.DeleteTask().ToInstruction(TestLedger.Task, TestLedger.Manager.PublicKey, TestLedger.Pot);
        call = call with { Accounts = [.. call.Accounts, AccountMeta.Signer(second)] };

        Assert.Equal("CannotPay", ledger.Try(call));
        var before = ledger.Bank.GetAccount(TestLedger.Creator.PublicKey)!.Lamports;
        Assert.Equal("ok", ledger.Try(call with { Accounts = [.. call.Accounts, AccountMeta.Writable(TestLedger.Creator.PublicKey)] }));
        Assert.True(ledger.Bank.GetAccount(TestLedger.Creator.PublicKey)!.Lamports > before + TestLedger.Bounty);
    }

    [Fact]
    public void Stakes_balances_open_rounds_and_the_allowlist_keep_a_task()
    {
        var ledger = TestLedger.WithNodes(1, isFast: true);
        ledger.SubmitAll(First);
        Activate(ledger, isActive: false);
        var delete = new TaskInstruction.DeleteTask().ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey, TestLedger.Pot);
        void MustStay(string why)
        {
            var result = ledger.Send([delete]);
            Assert.Equal("TaskInUse", Outcome(result));
            Assert.Contains(result.Logs, line => line.Contains(why, StringComparison.Ordinal));
        }

        MustStay("staked");
        ledger.GoTo(ledger.Windows.StartOf(new(12)));
        Assert.Equal("StakeInUse", Outcome(ledger.Withdraw(ledger.Nodes[0])));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        Assert.Equal("ok", Outcome(ledger.Withdraw(ledger.Nodes[0])));
        MustStay("claimed");
        Assert.Equal("ok", Outcome(ledger.Claim(ledger.Nodes[0], Stranger)));
        ledger.MustSend([new TaskInstruction.Whitelist(IsAllowlisted: true).ToInstruction(TestLedger.Task, TestLedger.Manager.PublicKey)]);
        MustStay("listed");
        ledger.MustSend([new TaskInstruction.Whitelist(IsAllowlisted: false).ToInstruction(TestLedger.Task, TestLedger.Manager.PublicKey)]);
        Assert.Equal("ok", ledger.Try(delete));
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void The_dummy_task_cannot_be_deleted()
    {
        var ledger = new TestLedger(isFast: true);
        var second = TestLedger.Key("second manager").PublicKey;
        Assert.Equal("ok", ledger.Try(new TaskInstruction.HandleManagerAccounts(ManagerOperation.Insert)
            .ToInstruction(TestLedger.Manager.PublicKey, TestLedger.Manager.PublicKey, second)));
        var call = new TaskInstruction.DeleteTask().ToInstruction(ProgramIds.DummyTask, TestLedger.Manager.PublicKey, ProgramIds.DummyTaskPot);

        Assert.Equal("TaskInUse", ledger.Try(call with { Accounts = [.. call.Accounts, AccountMeta.Signer(second)] }));
    }

    private static void Activate(TestLedger ledger, bool isActive) =>
        ledger.MustSend([new TaskInstruction.SetActive(isActive).ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey)]);
}
