using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class UpdateTaskTests
{
    private static readonly Round First = new(1);
    private static readonly Pubkey NewTask = TestLedger.Key("new task").PublicKey;
    private static readonly Pubkey NewPot = TestLedger.FindPot("new pot");

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = Call(TestLedger.Settings() with { RoundTime = 1 }, Stranger, pot: ProgramIds.DummyTaskPot, newPot: Stranger);

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(14)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..5] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(1)));
        ledger.CreateTask();
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(1).Unsigned(0)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(0)));
        Assert.Equal("NotAuthorized", ledger.Try(wrong));
        wrong = wrong.With(0, TestLedger.Creator.PublicKey);
        Assert.Equal("WrongStakePot", ledger.Try(wrong.Unsigned(4)));
        wrong = wrong.With(2, TestLedger.Pot);
        Assert.Equal("ReadonlyLamportChange", ledger.Try(wrong.ReadOnly(2)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(4)));
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(5)));
        Assert.Equal("InvalidAccountOwner", ledger.Try(wrong));
        Assert.Equal("AlreadyInitialized", ledger.Try(wrong.With(4, TestLedger.Task)));
        Assert.Equal("InvalidParameters", ledger.Try(wrong, 100_000));
        var call = Call(TestLedger.Settings(), TestLedger.Creator.PublicKey, TestLedger.Pot, Stranger);
        Assert.Equal("WrongStakePot", ledger.Try(call, 100_000));
        Assert.Equal("WrongStakePot", ledger.Try(call.With(5, TestLedger.Pot), 100_000));
        Assert.Equal("ok", ledger.Try(call.With(5, NewPot), 100_000));
        Assert.Equal("TaskMigrated", ledger.Try(call.With(4, Stranger).With(5, TestLedger.FindPot("third")), 100_000));
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void The_bounty_moves_and_the_stakes_stay()
    {
        var ledger = TestLedger.WithNodes(3, isFast: true);
        var potBefore = ledger.Bank.GetAccount(TestLedger.Pot)!.Lamports;
        Migrate(ledger);

        var old = ledger.Info;
        Assert.True(old.IsMigrated);
        Assert.Equal(NewTask, old.MigratedTo);
        Assert.Equal(Lamports.Zero, old.TotalBounty);
        Assert.Equal(3 * TestLedger.MinimumStake.Value, old.TotalStake.Value);
        Assert.Equal(potBefore - TestLedger.Bounty, ledger.Bank.GetAccount(TestLedger.Pot)!.Lamports);
        var task = ledger.Bank.GetTask(NewTask)!;
        Assert.Equal(TestLedger.Bounty, task.TotalBounty);
        Assert.Equal((TestLedger.Task, false, false), (task.MigratedFrom!.Value, task.IsActive, task.IsMigrated));
        Assert.Equal(ledger.Bank.Slot, task.StartingSlot);
        Assert.Equal(TestLedger.Bounty + Rent.MinimumFor(0), ledger.Bank.GetAccount(NewPot)!.Lamports);

        using var image = System.Text.Json.JsonDocument.Parse(ledger.Bank.GetAccount(TestLedger.Task)!.Data.AsMemory());
        Assert.True(image.RootElement.GetProperty("is_migrated").GetBoolean());
        Assert.Equal(NewTask.ToString(), image.RootElement.GetProperty("migrated_to").GetString());
    }

    [Fact]
    public void A_migrated_task_takes_nothing_new_and_gives_everything_back()
    {
        var ledger = TestLedger.WithNodes(3, isFast: true);
        Migrate(ledger);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));

        Assert.Equal("TaskMigrated", Outcome(ledger.Submit(ledger.Nodes[0], First, "late")));
        Assert.Equal("TaskMigrated", Outcome(ledger.Send(ledger.StakeCall(ledger.Nodes[0], new(1)))));
        Assert.Equal("TaskMigrated", ledger.Try(new TaskInstruction.FundTask(new(1)).ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey, TestLedger.Pot)));
        foreach (var node in ledger.Nodes)
        {
            Assert.Equal("ok", Outcome(ledger.Withdraw(node)));
            Assert.Equal("ok", Outcome(ledger.Claim(node, Stranger)));
        }

        Assert.Equal(3 * TestLedger.MinimumStake.Value, ledger.Bank.GetAccount(Stranger)!.Lamports.Value);
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void Rounds_that_are_open_are_still_paid_by_the_old_task()
    {
        var ledger = TestLedger.WithNodes(3, isFast: true);
        ledger.SubmitAll(First);
        Migrate(ledger);
        Assert.Equal(TestLedger.BountyPerRound, ledger.Info.TotalBounty);
        Assert.Equal(TestLedger.Bounty - TestLedger.BountyPerRound, ledger.Bank.GetTask(NewTask)!.TotalBounty);

        ledger.GoToAudit(First);
        ledger.AuditAll(First, (_, _) => Verdict.Valid);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leader = ledger.NodeOf(ledger.Round(First).Leaders[0]);
        Assert.Equal("ok", Outcome(ledger.SubmitList(leader, First, ledger.HonestList(First))));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));

        Assert.Equal(PayoutRecord.PayoutSuccessful, ledger.Round(First).Payout);
        Assert.Equal(3, ledger.Round(First).Rewards.Count);
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void A_task_with_little_left_can_still_be_moved()
    {
        var ledger = new TestLedger(isFast: true);
        ledger.CreateTask();
        var settings = TestLedger.Settings() with { BountyPerRound = TestLedger.Bounty + new Lamports(1) };

        Assert.Equal("ok", ledger.Try(Call(settings, TestLedger.Creator.PublicKey, TestLedger.Pot, NewPot), 100_000));
    }

    internal static Primitives.Transactions.Instruction Call(TaskInstruction.CreateTask settings, Pubkey manager, Pubkey pot, Pubkey newPot) =>
        new TaskInstruction.UpdateTask(settings).ToInstruction(manager, TestLedger.Task, pot, NewTask, newPot);

    private static void Migrate(TestLedger ledger) =>
        Assert.Equal("ok", ledger.Try(Call(TestLedger.Settings(), TestLedger.Creator.PublicKey, TestLedger.Pot, NewPot), 100_000));
}
