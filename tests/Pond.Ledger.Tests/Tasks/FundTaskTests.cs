using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class FundTaskTests
{
    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = Fund(TaskInstruction.MaxNumber, Stranger, ProgramIds.DummyTaskPot);

        Assert.Equal("InvalidInstructionData", ledger.Try(wrong with { Data = [8, .. Enumerable.Repeat((byte)255, 8)] }));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..2] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger.CreateTask();
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0).Unsigned(1)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(1)));
        Assert.Equal("WrongStakePot", ledger.Try(wrong));
        wrong = wrong.With(2, TestLedger.Pot);
        Assert.Equal("ReadonlyLamportChange", ledger.Try(wrong.ReadOnly(2)));
        Assert.Equal("InvalidAmount", ledger.Try(wrong));
        Assert.Equal("InvalidAmount", ledger.Try(Fund(0, Stranger, TestLedger.Pot)));
        Assert.Equal("InvalidAmount", ledger.Try(Fund(TaskInstruction.MaxNumber - TestLedger.Bounty.Value + 1, Stranger, TestLedger.Pot)));
        Assert.Equal("CannotPay", ledger.Try(Fund(TaskInstruction.MaxNumber - TestLedger.Bounty.Value, Stranger, TestLedger.Pot)));
        Assert.Equal("CannotPay", ledger.Try(Fund(1, TestLedger.Creator.PublicKey, TestLedger.Pot).ReadOnly(1)));
        Assert.Equal(TestLedger.Bounty, ledger.Info.TotalBounty);
        Assert.Equal("ok", ledger.Try(Fund(1, TestLedger.Creator.PublicKey, TestLedger.Pot)));
        Assert.Equal(TestLedger.Bounty + new Lamports(1), ledger.Info.TotalBounty);
    }

    [Fact]
    public void The_command_line_tools_throw_away_funder_keeps_its_surplus()
    {
        var ledger = new TestLedger(isFast: true);
        ledger.CreateTask();
        var funder = TestLedger.Key("funder").PublicKey;
        var amount = Lamports.FromKoii(7);
        ledger.MustSend(
        [
            new SystemInstruction.CreateAccount(amount + Rent.MinimumFor(100) + new Lamports(1000), 100, ProgramIds.Task)
                .ToInstruction(TestLedger.Creator.PublicKey, funder),
            Fund(amount.Value, funder, TestLedger.Pot),
        ]);

        Assert.Equal(TestLedger.Bounty + amount, ledger.Info.TotalBounty);
        Assert.Equal(1_587_880UL, ledger.Bank.GetAccount(funder)!.Lamports.Value);
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void A_pot_or_a_task_pays_for_nothing()
    {
        var ledger = new TestLedger(isFast: true);
        ledger.CreateTask();

        Assert.Equal("CannotPay", ledger.Try(Fund(1, ProgramIds.DummyTaskPot, TestLedger.Pot)));
        Assert.Equal("CannotPay", ledger.Try(Fund(1, ProgramAddress.TaskManagers, TestLedger.Pot)));
    }

    private static Instruction Fund(ulong amount, Pubkey funder, Pubkey pot) =>
        new TaskInstruction.FundTask(new(amount)).ToInstruction(TestLedger.Task, funder, pot);
}
