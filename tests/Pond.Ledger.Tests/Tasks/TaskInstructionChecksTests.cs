using Pond.Ledger.Tasks;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests.Tasks;

/// <summary>Each instruction's refusals, in the order of docs/protocol/tasks.md. Windows have tests of their own.</summary>
public sealed class TaskInstructionChecksTests
{
    private static readonly Round First = new(1);

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
        { "just room for the audits", task => task with { RoundTime = 14, AuditWindow = 3 }, TaskErrorCode.None },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Contradictory_parameters_are_refused(
        string name, Func<TaskInstruction.CreateTask, TaskInstruction.CreateTask> change, TaskErrorCode expected)
    {
        var ledger = new TestLedger();
        var settings = change(TestLedger.Settings());

        Assert.True(expected == Code(Create(ledger, settings, TestLedger.Pot)), name);
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void A_task_is_not_created_twice_and_a_pot_serves_one_task()
    {
        var ledger = new TestLedger();
        ledger.CreateTask();

        var again = ledger.Send(
            [TestLedger.Settings().ToInstruction(TestLedger.Creator.PublicKey, TestLedger.Task, TestLedger.FindPot("other"))],
            TestLedger.Creator,
            TestLedger.TaskKey);
        Assert.Equal(TaskErrorCode.AlreadyInitialized, Code(again));

        var second = TestLedger.Key("second task");
        var shared = ledger.Send(
            [
                new SystemInstruction.CreateAccount(Lamports.FromKoii(10), 10_000, ProgramIds.Task).ToInstruction(TestLedger.Creator.PublicKey, second.PublicKey),
                TestLedger.Settings().ToInstruction(TestLedger.Creator.PublicKey, second.PublicKey, TestLedger.Pot),
            ],
            TestLedger.Creator,
            second);
        Assert.Equal(TaskErrorCode.WrongStakePot, Code(shared));
        Assert.Null(ledger.Bank.GetAccount(second.PublicKey));
    }

    [Fact]
    public void A_pot_needs_the_address_of_a_pot() => Assert.Equal(
        TaskErrorCode.WrongStakePot, Code(Create(new TestLedger(), TestLedger.Settings(), TestLedger.Key("no pot").PublicKey)));

    [Fact]
    public void Only_its_manager_and_the_networks_start_and_stop_a_task()
    {
        var ledger = TestLedger.WithNodes(1);
        Instruction Stop(Pubkey signer) => new TaskInstruction.SetActive(IsActive: false).ToInstruction(TestLedger.Task, signer);

        Assert.Equal(TaskErrorCode.NotAuthorized, Code(ledger.Send([Stop(ledger.Nodes[0].PublicKey)], ledger.Nodes[0])));
        Assert.True(ledger.Info.IsActive);
        Assert.True(ledger.Send([Stop(TestLedger.Manager.PublicKey)], TestLedger.Manager).IsSuccess);
        Assert.False(ledger.Info.IsActive);
    }

    [Fact]
    public void Only_the_networks_managers_list_a_task()
    {
        var ledger = new TestLedger();
        ledger.CreateTask();

        Assert.Equal(TaskErrorCode.NotAuthorized, Code(ledger.Send(
            [new TaskInstruction.Whitelist(IsAllowlisted: true).ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey)], TestLedger.Creator)));
    }

    [Fact]
    public void A_stopped_task_takes_no_new_stakes_and_no_submissions_but_pays_out()
    {
        var ledger = TestLedger.WithNodes(2);
        ledger.MustSend([new TaskInstruction.SetActive(IsActive: false).ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey)], TestLedger.Creator);
        var late = TestLedger.Key("late");
        ledger.CreateStakingWallet(late, TestLedger.MinimumStake);

        Assert.Equal(TaskErrorCode.TaskInactive, Code(ledger.Send(ledger.StakeCall(late, TestLedger.MinimumStake), late)));
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        Assert.Equal(TaskErrorCode.TaskInactive, Code(ledger.Submit(ledger.Nodes[0], First, "x")));
        Assert.True(ledger.Withdraw(ledger.Nodes[0]).IsSuccess);
        Assert.True(ledger.Claim(ledger.Nodes[0], TestLedger.Creator.PublicKey).IsSuccess);
    }

    [Fact]
    public void Stakes_add_up_and_may_be_small()
    {
        var ledger = TestLedger.WithNodes(1);
        var node = ledger.Nodes[0];
        ledger.MustSend([new SystemInstruction.Transfer(Lamports.FromKoii(2)).ToInstruction(TestLedger.Faucet.PublicKey, node.PublicKey)]);
        ledger.MustSend(ledger.StakeCall(node, Lamports.FromKoii(2)), node);

        Assert.Equal(TestLedger.MinimumStake + Lamports.FromKoii(2), ledger.Info.Stakes[node.PublicKey]);
        Assert.Equal(ledger.Info.TotalStake, ledger.Info.Stakes[node.PublicKey]);
        Assert.StartsWith("http://", ledger.Info.Addresses[node.PublicKey], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, TaskErrorCode.InvalidAmount)]
    [InlineData(TaskInstruction.MaxNumber, TaskErrorCode.InvalidAmount)]
    [InlineData(6_000_000_000, TaskErrorCode.CannotPay)]
    public void A_stake_must_be_an_amount_that_the_staker_has(ulong amount, TaskErrorCode expected)
    {
        var ledger = TestLedger.WithNodes(0);
        var node = TestLedger.Key("node");
        ledger.CreateStakingWallet(node, TestLedger.MinimumStake);

        Assert.Equal(expected, Code(ledger.Send(ledger.StakeCall(node, new(amount)), node)));
    }

    [Fact]
    public void Nobody_stakes_without_signing_or_into_another_pot()
    {
        var ledger = TestLedger.WithNodes(1);
        var node = ledger.Nodes[0].PublicKey;
        var call = new TaskInstruction.Stake(new(1), "").ToInstruction(TestLedger.Task, node, TestLedger.Pot);
        var unsigned = call with { Accounts = [.. call.Accounts.Select(meta => meta with { IsSigner = false })] };

        Assert.Equal(InstructionErrorKind.MissingRequiredSignature, ledger.Send([unsigned]).Error!.Instruction!.Kind);
        Assert.Equal(
            TaskErrorCode.WrongStakePot,
            Code(ledger.Send([new TaskInstruction.Stake(new(1), "").ToInstruction(TestLedger.Task, node, ProgramIds.DummyTaskPot)], ledger.Nodes[0])));
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

    [Fact]
    public void The_first_submission_stands()
    {
        var ledger = TestLedger.WithNodes(2);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        Assert.True(ledger.Submit(ledger.Nodes[0], First, "mine").IsSuccess);
        var before = ledger.Bank.GetAccount(TestLedger.Task)!.Data;

        Assert.True(ledger.Submit(ledger.Nodes[0], First, "mine").IsSuccess);
        Assert.Equal(TaskErrorCode.AlreadySubmitted, Code(ledger.Submit(ledger.Nodes[0], First, "another")));
        Assert.Equal(TaskErrorCode.InvalidParameters, Code(ledger.Submit(ledger.Nodes[1], First, "   ")));

        Assert.Equal(before.ToArray(), ledger.Bank.GetAccount(TestLedger.Task)!.Data.ToArray());
    }

    [Fact]
    public void A_verdict_needs_a_candidate_a_stake_and_another_key_and_stands()
    {
        var ledger = TestLedger.WithNodes(3);
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        var (voter, candidate) = (ledger.Nodes[0], ledger.Nodes[1]);

        Assert.Equal(TaskErrorCode.NothingToAudit, Code(ledger.Audit(voter, candidate, new(0), Verdict.Valid)));
        Assert.Equal(TaskErrorCode.SelfVerdict, Code(ledger.Audit(voter, voter, First, Verdict.Valid)));
        Assert.Equal(TaskErrorCode.StakeTooLow, Code(ledger.Audit(TestLedger.Creator, candidate, First, Verdict.Valid)));
        Assert.True(ledger.Audit(voter, candidate, First, Verdict.Abstain).IsSuccess);
        Assert.True(ledger.Audit(voter, candidate, First, Verdict.Abstain).IsSuccess);
        Assert.Equal(TaskErrorCode.AlreadyVoted, Code(ledger.Audit(voter, candidate, First, Verdict.Valid)));
        Assert.Single(ledger.Round(First).Verdicts[candidate.PublicKey]);
    }

    [Fact]
    public void Objections_lock_bonds_until_the_stake_is_used_up()
    {
        // A bond is a twentieth of the stake, and there are 21 candidates.
        var ledger = TestLedger.WithNodes(22, isFast: true);
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        var results = ledger.Nodes.Skip(1).Select(candidate => Code(ledger.Audit(ledger.Nodes[0], candidate, First, Verdict.Invalid))).ToList();

        Assert.All(results.Take(20), code => Assert.Equal(TaskErrorCode.None, code));
        Assert.Equal(TaskErrorCode.BondNotCovered, results[20]);
    }

    [Fact]
    public void A_list_must_be_complete_and_json_and_within_the_budget()
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leader = ledger.NodeOf(ledger.Round(First).Leaders[0]);
        var submit = new TaskInstruction.SubmitDistributionList(First).ToInstruction(TestLedger.Task, leader.PublicKey);

        Assert.Equal(TaskErrorCode.InvalidList, Code(ledger.Send([submit], leader)));
        Assert.Equal(TaskErrorCode.InvalidList, Code(ledger.SubmitList(leader, First, "[]")));
        Assert.Equal(TaskErrorCode.InvalidList, Code(ledger.SubmitList(leader, First, $"{{\"{leader.PublicKey}\":9500000001}}")));
        Assert.Equal(TaskErrorCode.InvalidList, Code(ledger.SubmitList(leader, First, $"{{\"{TestLedger.Creator.PublicKey}\":1}}")));
        Assert.Equal(TaskErrorCode.None, Code(ledger.SubmitList(leader, First, $"{{\"{leader.PublicKey}\":9500000000,\"{TestLedger.Creator.PublicKey}\":-1}}")));
    }

    [Fact]
    public void A_long_list_arrives_in_any_order_and_repetition()
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leader = ledger.NodeOf(ledger.Round(First).Leaders[0]);
        var list = $"{{\"{leader.PublicKey}\":5,{string.Join(',', Enumerable.Range(0, 30).Select(index => $"\"{TestLedger.Key($"key {index}").PublicKey}\":0"))}}}";
        var parts = TaskInstruction.UploadDistributionList.Split(System.Text.Encoding.UTF8.GetBytes(list), First);
        Assert.True(parts.Length > 2);

        foreach (var part in parts.Reverse().Concat(parts))
        {
            ledger.MustSend([part.ToInstruction(TestLedger.Task, leader.PublicKey)], leader);
        }

        Assert.Equal(list, ledger.Bank.GetDistributionList(TestLedger.Task, First, leader.PublicKey));
        Assert.True(ledger.Send([new TaskInstruction.SubmitDistributionList(First).ToInstruction(TestLedger.Task, leader.PublicKey)], leader).IsSuccess);

        // What was handed in stays what is audited.
        ledger.MustSend([new TaskInstruction.UploadDistributionList(0, [.. "{}"u8], First).ToInstruction(TestLedger.Task, leader.PublicKey)], leader);
        Assert.Equal(list, ledger.Bank.GetDistributionList(TestLedger.Task, First, leader.PublicKey));
    }

    [Fact]
    public void A_claim_goes_to_the_beneficiary_once()
    {
        var ledger = TestLedger.WithNodes(1);
        Assert.True(ledger.Withdraw(ledger.Nodes[0]).IsSuccess);
        var beneficiary = TestLedger.Key("beneficiary").PublicKey;

        Assert.True(ledger.Claim(ledger.Nodes[0], beneficiary).IsSuccess);
        Assert.Equal(TestLedger.MinimumStake, ledger.Bank.GetAccount(beneficiary)!.Lamports);
        Assert.Equal(TaskErrorCode.NothingToClaim, Code(ledger.Claim(ledger.Nodes[0], beneficiary)));
    }

    [Fact]
    public void Accounts_are_found_without_the_clock_and_with_it_in_front()
    {
        var ledger = TestLedger.WithNodes(1);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        var node = ledger.Nodes[0];
        var call = new TaskInstruction.SubmitTask("x", First).ToInstruction(TestLedger.Task, node.PublicKey);

        Assert.True(ledger.Send([call with { Accounts = [AccountMeta.Writable(ProgramIds.Clock), .. call.Accounts[..2]] }], node).IsSuccess);
        Assert.True(ledger.Send([call with { Accounts = call.Accounts[..2] }], node).IsSuccess);
        Assert.Equal(
            InstructionErrorKind.NotEnoughAccountKeys, ledger.Send([call with { Accounts = call.Accounts[..1] }]).Error!.Instruction!.Kind);
    }

    [Fact]
    public void Every_change_is_an_event()
    {
        var ledger = TestLedger.WithNodes(1);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        var result = ledger.Submit(ledger.Nodes[0], First, "x");

        Assert.Equal(
            $$"""Program log: TaskEvent:{"kind":"submit","task":"{{TestLedger.Task}}","round":1,"by":"{{ledger.Nodes[0].PublicKey}}","value":"x","slot":{{ledger.Bank.Slot}}}""",
            result.Logs[1]);
    }

    private static TransactionResult Create(TestLedger ledger, TaskInstruction.CreateTask settings, Pubkey pot) => ledger.Send(
        [
            new SystemInstruction.CreateAccount(Lamports.FromKoii(1), 100_000, ProgramIds.Task).ToInstruction(TestLedger.Creator.PublicKey, TestLedger.Task),
            settings.ToInstruction(TestLedger.Creator.PublicKey, TestLedger.Task, pot),
        ],
        TestLedger.Creator,
        TestLedger.TaskKey);

    private static TaskErrorCode Code(TransactionResult result)
    {
        Assert.True(result.IsLanded, result.Error?.Message);
        Assert.True(result.Error?.Instruction is null or { Kind: InstructionErrorKind.Custom }, result.Error?.Message);
        return (TaskErrorCode)(result.Error?.Instruction?.Custom ?? 0);
    }
}
