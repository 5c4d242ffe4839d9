using Pond.Ledger.Tasks;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class CreateTaskTests
{
    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var poor = TestLedger.Key("poor").PublicKey;
        var settings = TestLedger.Settings() with { RoundTime = 1 };
        var call = settings.ToInstruction(poor, TestLedger.Task, Stranger);

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(0)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(call with { Accounts = call.Accounts[..2] }));
        Assert.Equal("MissingRequiredSignature", ledger.Try(call.Unsigned(0).ReadOnly(1)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(call.Unsigned(1).ReadOnly(1)));
        Assert.Equal("ReadonlyDataModified", ledger.Try(call.ReadOnly(0)));
        Assert.Equal("ReadonlyDataModified", ledger.Try(call.ReadOnly(1)));
        Assert.Equal("ReadonlyDataModified", ledger.Try(call.ReadOnly(2)));
        Assert.Equal("InvalidAccountOwner", ledger.Try(call));
        Assert.Equal("AlreadyInitialized", ledger.Try(call.With(1, TestLedger.Key("empty").PublicKey), 0));
        Assert.Equal("InvalidParameters", ledger.Try(call, 100_000));
        call = TestLedger.Settings().ToInstruction(poor, TestLedger.Task, Stranger);
        Assert.Equal("InvalidParameters", ledger.Try(call, 500));
        Assert.Equal("WrongStakePot", ledger.Try(call, 100_000));
        Assert.Equal("WrongStakePot", ledger.Try(call.With(2, AccountMeta.Signer(TestLedger.Pot)), 100_000));
        Assert.Equal("CannotPay", ledger.Try(call.With(2, TestLedger.Pot), 100_000));
        Assert.Equal("ok", ledger.Try(call.With(2, TestLedger.Pot).With(0, TestLedger.Creator.PublicKey), 100_000));
    }

    [Fact]
    public void A_task_is_created_inactive_with_its_bounty_and_rent_in_the_pot()
    {
        var ledger = new TestLedger();
        ledger.CreateTask(isActive: false);

        Assert.Equal(TestLedger.Creator.PublicKey, ledger.Info.Manager);
        Assert.False(ledger.Info.IsActive);
        Assert.Equal(TaskClass.Deterministic, ledger.Info.Class);
        Assert.Equal(500_000_000UL, ledger.Info.AuditPayPerRound.Value);
        var pot = ledger.Bank.GetAccount(TestLedger.Pot)!;
        Assert.Equal(ProgramIds.Task, pot.Owner);
        // The client's own transfer of a thousandth of a KOII is on top.
        Assert.Equal(TestLedger.Bounty + new Lamports(890_880 + 1_000_000), pot.Lamports);
        ledger.Bank.VerifyConservation();
    }

    public static TheoryData<string, Func<TaskInstruction.CreateTask, TaskInstruction.CreateTask>, TaskErrorCode> Faults => new()
    {
        { "windows longer than the round", task => task with { RoundTime = 17 }, TaskErrorCode.InvalidParameters },
        { "no submission window", task => task with { SubmissionWindow = 0 }, TaskErrorCode.InvalidParameters },
        { "no audit window", task => task with { AuditWindow = 0 }, TaskErrorCode.InvalidParameters },
        { "a round costs more than there is", task => task with { BountyPerRound = new(TestLedger.Bounty.Value + 1) }, TaskErrorCode.InvalidParameters },
        { "256 attempts", task => task with { AllowedFailedDistributions = 256 }, TaskErrorCode.InvalidParameters },
        { "class A without stakes", task => task with { MinimumStake = Lamports.Zero }, TaskErrorCode.InvalidParameters },
        { "no room for the audit", task => task with { RoundTime = 13 }, TaskErrorCode.InvalidParameters },
        { "no room for the list audit", task => task with { AuditWindow = 2 }, TaskErrorCode.InvalidParameters },
        { "a bounty that the payer lacks", task => task with { TotalBounty = Lamports.FromKoii(2_000) }, TaskErrorCode.CannotPay },
        { "legacy without stakes", task => task with { Variables = "", MinimumStake = Lamports.Zero }, TaskErrorCode.None },
        { "legacy without a bounty", task => task with { Variables = "", TotalBounty = default, BountyPerRound = default }, TaskErrorCode.None },
        { "255 attempts", task => task with { AllowedFailedDistributions = 255 }, TaskErrorCode.None },
        { "just room for the audits", task => task with { RoundTime = 14, AuditWindow = 3 }, TaskErrorCode.None },
        { "the longest round", task => task with { RoundTime = TaskInstruction.MaxNumber, SubmissionWindow = TaskInstruction.MaxNumber - 100 }, TaskErrorCode.None },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Contradictory_parameters_are_refused(
        string name, Func<TaskInstruction.CreateTask, TaskInstruction.CreateTask> change, TaskErrorCode expected)
    {
        var ledger = new TestLedger(isFast: true);
        var call = change(TestLedger.Settings()).ToInstruction(TestLedger.Creator.PublicKey, TestLedger.Task, TestLedger.Pot);

        Assert.True((expected is TaskErrorCode.None ? "ok" : expected.ToString()) == ledger.Try(call, 100_000), name);
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void A_task_is_not_created_twice_and_a_pot_serves_one_task()
    {
        var ledger = new TestLedger(isFast: true);
        ledger.CreateTask();

        Assert.Equal("AlreadyInitialized", ledger.Try(
            TestLedger.Settings().ToInstruction(TestLedger.Creator.PublicKey, TestLedger.Task, TestLedger.FindPot("other"))));
        var second = TestLedger.Key("second task").PublicKey;
        Assert.Equal("WrongStakePot", ledger.Try(
            TestLedger.Settings().ToInstruction(TestLedger.Creator.PublicKey, second, TestLedger.Pot), 100_000));
        Assert.Null(ledger.Bank.GetAccount(second));
    }

    [Fact]
    public void Texts_are_stored_without_their_filling_and_the_extra_account_is_remembered()
    {
        var ledger = new TestLedger(isFast: true);
        var call = TestLedger.Settings("class=A\0rest").ToInstruction(TestLedger.Creator.PublicKey, TestLedger.Task, TestLedger.Pot);
        Assert.Equal("ok", ledger.Try(call with { Accounts = [.. call.Accounts, AccountMeta.ReadOnly(Stranger)] }, 100_000));

        using var image = System.Text.Json.JsonDocument.Parse(ledger.Bank.GetAccount(TestLedger.Task)!.Data.AsMemory());
        Assert.Equal("index", image.RootElement.GetProperty("task_name").GetString());
        Assert.Equal("class=A", image.RootElement.GetProperty("task_vars").GetString());
        Assert.Equal(Stranger.ToString(), image.RootElement.GetProperty("koii_vars").GetString());
    }
}
