using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class StakeTests
{
    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = Stake(TaskInstruction.MaxNumber, Stranger, ProgramIds.DummyTaskPot);

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(9)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..2] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger.CreateTask(isActive: false);
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0).Unsigned(1)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(1)));
        Assert.Equal("TaskInactive", ledger.Try(wrong));
        ledger.MustSend([new TaskInstruction.SetActive(IsActive: true).ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey)]);
        Assert.Equal("WrongStakePot", ledger.Try(wrong));
        wrong = wrong.With(2, TestLedger.Pot);
        Assert.Equal("ReadonlyLamportChange", ledger.Try(wrong.ReadOnly(2)));
        Assert.Equal("InvalidAmount", ledger.Try(wrong));
        Assert.Equal("InvalidAmount", ledger.Try(Stake(0, Stranger, TestLedger.Pot)));
        Assert.Equal("CannotPay", ledger.Try(Stake(1, Stranger, TestLedger.Pot)));
        ledger.CreateStakingWallet(TestLedger.Key("stranger"), new(5));
        Assert.Equal("CannotPay", ledger.Try(Stake(5, Stranger, TestLedger.Pot).ReadOnly(1)));
        Assert.Empty(ledger.Info.Stakes);
        Assert.Equal("ok", ledger.Try(Stake(5, Stranger, TestLedger.Pot)));
        Assert.Equal(5UL, ledger.Info.TotalStake.Value);
    }

    [Fact]
    public void Stakes_add_up_may_be_small_and_may_leave_the_wallet_no_less_than_its_rent()
    {
        var ledger = TestLedger.WithNodes(1, isFast: true);
        var node = ledger.Nodes[0];
        ledger.MustSend([new SystemInstruction.Transfer(Lamports.FromKoii(2)).ToInstruction(TestLedger.Faucet.PublicKey, node.PublicKey)]);
        ledger.MustSend(ledger.StakeCall(node, Lamports.FromKoii(2)));

        Assert.Equal(TestLedger.MinimumStake + Lamports.FromKoii(2), ledger.Info.Stakes[node.PublicKey]);
        Assert.Equal(ledger.Info.TotalStake, ledger.Info.Stakes[node.PublicKey]);
        Assert.StartsWith("http://", ledger.Info.Addresses[node.PublicKey], StringComparison.Ordinal);
        var rest = ledger.Bank.GetAccount(node.PublicKey)!.Lamports - Rent.MinimumFor(100);
        Assert.Contains("rent", Outcome(ledger.Send(ledger.StakeCall(node, rest + new Lamports(1)))), StringComparison.Ordinal);
        Assert.Equal("ok", Outcome(ledger.Send(ledger.StakeCall(node, rest))));
    }

    // A few lamports a key would buy all the space that others' work needs.
    [Fact]
    public void Crumbs_fill_no_more_than_the_space_and_keep_no_work_out()
    {
        var ledger = TestLedger.WithNodes(1, isFast: true, spaceBytes: 5_000);
        for (var index = 0; index < 20; index++)
        {
            var crumb = TestLedger.Key($"crumb {index}");
            ledger.CreateStakingWallet(crumb, new(1));
            Assert.Equal(index < 14 ? "ok" : "StateFull", ledger.Try(Stake(1, crumb.PublicKey, TestLedger.Pot)));
        }

        var late = TestLedger.Key("late");
        ledger.CreateStakingWallet(late, TestLedger.MinimumStake);
        Assert.Equal("ok", Outcome(ledger.Send(ledger.StakeCall(late, TestLedger.MinimumStake))));
        ledger.SubmitAll(new(1));
        Assert.Single(ledger.Round(new(1)).Submissions);
    }

    // 2,000 bytes, 160 for each of 14 stakers and 111 for each submission, in 4,500.
    [Fact]
    public void Without_a_minimum_stake_every_staker_takes_its_space_and_none_is_refused()
    {
        var ledger = new TestLedger(isFast: true);
        var (task, pot) = (TestLedger.Key("free").PublicKey, TestLedger.FindPot("free"));
        ledger.MustSend(
        [
            new SystemInstruction.CreateAccount(Rent.MinimumFor(5_000), 5_000, ProgramIds.Task).ToInstruction(TestLedger.Creator.PublicKey, task),
            (TestLedger.Settings(variables: "") with { MinimumStake = Lamports.Zero }).ToInstruction(TestLedger.Creator.PublicKey, task, pot),
            new TaskInstruction.SetActive(IsActive: true).ToInstruction(task, TestLedger.Creator.PublicKey),
        ]);
        var nodes = Enumerable.Range(0, 20).Select(index => TestLedger.Key($"free {index}")).ToArray();
        string StakeIn(Primitives.Cryptography.Keypair node)
        {
            ledger.CreateStakingWallet(node, new(1));
            return ledger.Try(new TaskInstruction.Stake(new(1), "").ToInstruction(task, node.PublicKey, pot));
        }

        string Submit(Primitives.Cryptography.Keypair node) =>
            ledger.Try(new TaskInstruction.SubmitTask("x", new(1)).ToInstruction(task, node.PublicKey));

        Assert.All(nodes[..14], node => Assert.Equal("ok", StakeIn(node)));
        ledger.GoTo(ledger.Bank.GetTask(task)!.Windows.SubmissionsFrom(new(1)));
        Assert.Equal("StakeTooLow", Submit(nodes[14]));
        Assert.Equal("ok ok StateFull", string.Join(' ', nodes[..3].Select(Submit)));
        Assert.All(nodes[14..], node => Assert.Equal("ok", StakeIn(node)));
        Assert.Equal("ok", ledger.Try(new TaskInstruction.Withdraw().ToInstruction(task, nodes[2].PublicKey)));
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void A_blank_address_removes_the_one_that_was_known()
    {
        var ledger = TestLedger.WithNodes(1, isFast: true);
        Assert.Equal("ok", ledger.Try(Stake(1, ledger.Nodes[0].PublicKey, TestLedger.Pot)));
        Assert.Empty(ledger.Info.Addresses);
    }

    [Fact]
    public void The_desktop_node_empties_a_staking_wallet_through_the_dummy_task_in_one_transaction()
    {
        var ledger = new TestLedger();
        var wallet = TestLedger.Key("wallet");
        var destination = TestLedger.Key("destination").PublicKey;
        ledger.CreateStakingWallet(wallet, Lamports.FromKoii(3));

        ledger.MustSend(
            [
                new TaskInstruction.Stake(Lamports.FromKoii(3), "").ToInstruction(ProgramIds.DummyTask, wallet.PublicKey, ProgramIds.DummyTaskPot),
                new TaskInstruction.Withdraw().ToInstruction(ProgramIds.DummyTask, wallet.PublicKey),
                new TaskInstruction.ClaimReward().ToInstruction(ProgramIds.DummyTask, wallet.PublicKey, ProgramIds.DummyTaskPot, destination),
            ],
            wallet);

        Assert.Equal(Lamports.FromKoii(3), ledger.Bank.GetAccount(destination)!.Lamports);
        ledger.Bank.VerifyConservation();
    }

    private static Instruction Stake(ulong amount, Pubkey staker, Pubkey pot) =>
        new TaskInstruction.Stake(new(amount), "").ToInstruction(TestLedger.Task, staker, pot);
}
