using System.Text.Json;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

/// <summary>Whoever only listens learns of every change: each instruction logs what it did.</summary>
public sealed class TaskEventTests
{
    private static readonly Round First = new(1);
    private static readonly Keypair NewTask = TestLedger.Key("new task");

    private readonly Dictionary<Type, SortedSet<string>> _byInstruction = [];
    private TestLedger _ledger = null!;

    [Theory]
    [InlineData(TaskKind.Koii)]
    [InlineData(TaskKind.Token)]
    public void Every_instruction_tells_what_it_changed(TaskKind kind)
    {
        _ledger = TestLedger.WithNodes(5, isFast: true, kind: kind);
        // The task was created and staked in before.
        _ledger.GoTo(_ledger.Bank.Slot + 1);
        foreach (var result in _ledger.Bank.LatestBlock.Transactions)
        {
            Note(result);
        }

        Manage();
        WorkARound();
        Leave();

        string[] Of<T>() => [.. _byInstruction[typeof(T)]];
        Assert.Equal(["create"], Of<TaskInstruction.CreateTask>());
        Assert.Equal(["submit"], Of<TaskInstruction.SubmitTask>());
        Assert.Equal(["object", "verdict"], Of<TaskInstruction.AuditSubmissions>());
        Assert.Equal(["list-verdict"], Of<TaskInstruction.AuditDistribution>());
        Assert.Equal(["payout", "payout-failed", "slash"], Of<TaskInstruction.Payout>());
        Assert.Equal(["allowlist"], Of<TaskInstruction.Whitelist>());
        Assert.Equal(["active"], Of<TaskInstruction.SetActive>());
        Assert.Equal(["claim"], Of<TaskInstruction.ClaimReward>());
        Assert.Equal(["fund"], Of<TaskInstruction.FundTask>());
        Assert.Equal(["stake"], Of<TaskInstruction.Stake>());
        Assert.Equal(["withdraw"], Of<TaskInstruction.Withdraw>());
        Assert.Equal(["upload"], Of<TaskInstruction.UploadDistributionList>());
        Assert.Equal(["list"], Of<TaskInstruction.SubmitDistributionList>());
        Assert.Equal(["create", "migrate"], Of<TaskInstruction.UpdateTask>());
        Assert.Equal(["delete"], Of<TaskInstruction.DeleteTask>());
        Assert.Equal(["manager-insert", "manager-remove"], Of<TaskInstruction.HandleManagerAccounts>());
        Assert.Equal(
            typeof(TaskInstruction).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(TaskInstruction))).ToHashSet(), _byInstruction.Keys.ToHashSet());
    }

    private void Manage()
    {
        Must(AllowCall(isAllowlisted: true));
        Must(AllowCall(isAllowlisted: false));
        Must(_ledger.FundCall(TestLedger.Faucet.PublicKey, new(1)));
        var (manager, second, third) = (TestLedger.Manager.PublicKey, TestLedger.Creator.PublicKey, Stranger);
        Must(ManagersCall(ManagerOperation.Insert, manager, manager, second));
        Must(ManagersCall(ManagerOperation.Insert, manager, second, third));
        Must(ManagersCall(ManagerOperation.Remove, manager, second, third));
    }

    // One lies and is convicted; the first attempt has no list.
    private void WorkARound()
    {
        _ledger.GoTo(_ledger.Windows.SubmissionsFrom(First));
        foreach (var node in _ledger.Nodes)
        {
            Note(_ledger.Submit(node, First, "work"));
        }

        _ledger.GoToAudit(First);
        var liar = _ledger.Nodes[0];
        foreach (var voter in _ledger.Nodes)
        {
            foreach (var candidate in _ledger.Nodes.Where(candidate => candidate != voter))
            {
                Note(_ledger.Audit(voter, candidate, First, candidate == liar ? Verdict.Invalid : Verdict.Valid));
            }
        }

        _ledger.GoTo(_ledger.Windows.PayoutFrom(First, 0));
        Note(_ledger.Payout(First));
        _ledger.GoTo(_ledger.Windows.ListsFrom(First, 1) + 1);
        var author = _ledger.Round(First).Leaders[0];
        foreach (var part in TaskInstruction.UploadDistributionList.Split(System.Text.Encoding.UTF8.GetBytes(_ledger.HonestList(First)), First))
        {
            Must(_ledger.Same(part, part.ToInstruction(TestLedger.Task, author)));
        }

        var list = new TaskInstruction.SubmitDistributionList(First);
        Must(_ledger.Same(list, list.ToInstruction(TestLedger.Task, author)));
        _ledger.GoTo(_ledger.Windows.ListBeaconAfter(First, 1) + 2);
        Note(_ledger.AuditList(_ledger.Nodes.First(node => node.PublicKey != author && node != liar), author, First, Verdict.Valid));
        _ledger.GoTo(_ledger.Windows.PayoutFrom(First, 1));
        Note(_ledger.Payout(First));
    }

    private void Leave()
    {
        _ledger.GoTo(_ledger.Windows.StartOf(new(7)));
        Note(_ledger.Send(_ledger.MigrateCalls(TestLedger.Settings(), NewTask.PublicKey, NewPot)));
        foreach (var node in _ledger.Nodes)
        {
            Note(_ledger.Withdraw(node));
            Note(_ledger.Claim(node, TestLedger.Manager.PublicKey));
        }

        Must(_ledger.SetActiveCall(isActive: false, TestLedger.Task));
        Must(_ledger.DeleteCall(TestLedger.Task, _ledger.TaskPot));
    }

    private Pubkey NewPot => _ledger.Kind is TaskKind.Koii ? TestLedger.FindPot("new pot") : TestLedger.Key("new vault").PublicKey;

    private Instruction AllowCall(bool isAllowlisted) => _ledger.Kind is TaskKind.Koii
        ? new TaskInstruction.Whitelist(isAllowlisted).ToInstruction(TestLedger.Task, TestLedger.Manager.PublicKey)
        : TokenTaskCalls.Allow(isAllowlisted, TestLedger.Task, TestLedger.Manager.PublicKey);

    private Instruction ManagersCall(ManagerOperation operation, Pubkey first, Pubkey second, Pubkey target)
    {
        var handle = new TaskInstruction.HandleManagerAccounts(operation);
        var call = handle.ToInstruction(first, second, target);
        return _ledger.Kind is TaskKind.Koii ? call : TokenTaskCalls.Same(handle, call.With(0, ProgramAddress.TokenTaskManagers));
    }

    private void Must(Instruction call) => Note(_ledger.Send([call]));

    private void Note(TransactionResult result)
    {
        Assert.Equal("ok", Outcome(result));
        var message = result.Transaction.Message;
        var called = message.Instructions.Where(call => message.Keys[call.ProgramIndex] == _ledger.Program).ToList();
        if (called.Count == 0)
        {
            return;
        }

        Assert.True(TaskInstruction.TryParse(Assert.Single(called).Data.AsSpan(), _ledger.Kind, out var instruction));
        const string Marker = "Program log: TaskEvent:";
        foreach (var line in result.Logs.Where(line => line.StartsWith(Marker, StringComparison.Ordinal)))
        {
            using var json = JsonDocument.Parse(line.AsMemory(Marker.Length));
            Assert.True(Pubkey.TryParse(json.RootElement.GetProperty("task").GetString(), out _));
            if (!_byInstruction.TryGetValue(instruction.GetType(), out var kinds))
            {
                _byInstruction[instruction.GetType()] = kinds = new(StringComparer.Ordinal);
            }

            kinds.Add(json.RootElement.GetProperty("kind").GetString()!);
        }
    }
}
