using Pond.Primitives;
using Pond.Primitives.Instructions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class ClaimRewardTests
{
    private static readonly Pubkey Beneficiary = TestLedger.Key("beneficiary").PublicKey;

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = new TaskInstruction.ClaimReward().ToInstruction(TestLedger.Task, Stranger, ProgramIds.DummyTaskPot, TestLedger.Pot);

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(7)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..3] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger.CreateTask();
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0).Unsigned(1)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(1)));
        Assert.Equal("WrongStakePot", ledger.Try(wrong));
        wrong = wrong.With(2, TestLedger.Pot);
        Assert.Equal("ReadonlyLamportChange", ledger.Try(wrong.ReadOnly(2).ReadOnly(3)));
        var result = ledger.Send([wrong]);
        Assert.Equal("NothingToClaim", Outcome(result));
        // Koii's node looks for these words.
        Assert.Contains(result.Logs, line => line.Contains(
            "The provided claimer account doesn't have any balance on task state", StringComparison.Ordinal));
    }

    [Fact]
    public void A_claim_goes_to_the_beneficiary_once()
    {
        var ledger = TestLedger.WithNodes(2, isFast: true);
        Assert.Equal("ok", Outcome(ledger.Withdraw(ledger.Nodes[0])));
        Assert.Equal("NothingToClaim", Outcome(ledger.Claim(ledger.Nodes[1], Beneficiary)));

        Assert.Equal("ok", Outcome(ledger.Claim(ledger.Nodes[0], Beneficiary)));
        Assert.Equal(TestLedger.MinimumStake, ledger.Bank.GetAccount(Beneficiary)!.Lamports);
        Assert.Empty(ledger.Info.AvailableBalances);
        Assert.Equal("NothingToClaim", Outcome(ledger.Claim(ledger.Nodes[0], Beneficiary)));
    }

    [Fact]
    public void A_claim_goes_to_no_pot_no_task_and_no_read_only_account()
    {
        var ledger = TestLedger.WithNodes(1, isFast: true);
        Assert.Equal("ok", Outcome(ledger.Withdraw(ledger.Nodes[0])));
        var call = new TaskInstruction.ClaimReward().ToInstruction(TestLedger.Task, ledger.Nodes[0].PublicKey, TestLedger.Pot, Beneficiary);

        Assert.Equal("ReadonlyLamportChange", ledger.Try(call.ReadOnly(3)));
        Assert.Equal("ReadonlyLamportChange", ledger.Try(call.With(3, TestLedger.Pot)));
        Assert.Equal("ReadonlyLamportChange", ledger.Try(call.With(3, ProgramIds.DummyTaskPot)));
        Assert.Equal("ReadonlyLamportChange", ledger.Try(call.With(3, TestLedger.Task)));
        Assert.Equal("ok", ledger.Try(call));
    }

    [Fact]
    public void A_beneficiary_must_not_be_left_below_its_rent()
    {
        var ledger = TestLedger.WithNodes(0, isFast: true);
        var wallet = TestLedger.Key("dust");
        ledger.CreateStakingWallet(wallet, new(1));
        ledger.MustSend(ledger.StakeCall(wallet, new(1)));
        Assert.Equal("ok", Outcome(ledger.Withdraw(wallet)));

        Assert.Contains("rent", Outcome(ledger.Claim(wallet, Beneficiary)), StringComparison.Ordinal);
        Assert.Equal("ok", Outcome(ledger.Claim(wallet, wallet.PublicKey)));
        ledger.Bank.VerifyConservation();
    }
}
