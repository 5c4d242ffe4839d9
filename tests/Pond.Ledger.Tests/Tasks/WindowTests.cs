using Pond.Ledger.Tasks;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tests.Tasks;

/// <summary>Both edges of every window, tried on the bank itself.</summary>
public sealed class WindowTests
{
    private static readonly Round First = new(1);

    [Theory]
    [InlineData(-1, TaskErrorCode.WindowNotOpen)]
    [InlineData(0, TaskErrorCode.None)]
    [InlineData(8, TaskErrorCode.None)]
    [InlineData(9, TaskErrorCode.WindowClosed)]
    [InlineData(39, TaskErrorCode.WindowClosed)]
    [InlineData(40, TaskErrorCode.WindowClosed)]
    public void Submissions_come_in_the_first_slots_of_the_next_round(int offset, TaskErrorCode expected)
    {
        var ledger = TestLedger.WithNodes(3);
        ledger.GoTo(Offset(ledger.Windows.StartOf(new(2)), offset));

        Assert.Equal(expected, Code(ledger.Submit(ledger.Nodes[0], First, "work")));
    }

    [Theory]
    [InlineData(0, TaskErrorCode.AuditNotOpen)]
    [InlineData(1, TaskErrorCode.AuditNotOpen)]
    [InlineData(2, TaskErrorCode.None)]
    public void Verdicts_wait_for_the_block_after_the_beacons_delay(int offset, TaskErrorCode expected)
    {
        var ledger = TestLedger.WithNodes(3);
        ledger.SubmitAll(First);
        ledger.GoTo(ledger.Windows.AuditBeaconAfter(First) + (ulong)offset);

        Assert.Equal(expected, Code(ledger.Audit(ledger.Nodes[0], ledger.Nodes[1], First, Verdict.Valid)));
    }

    [Theory]
    [InlineData(-1, TaskErrorCode.None)]
    [InlineData(0, TaskErrorCode.WindowClosed)]
    public void Verdicts_end_with_the_slot_before_the_lists(int offset, TaskErrorCode expected)
    {
        var ledger = TestLedger.WithNodes(3);
        ledger.SubmitAll(First);
        ledger.GoTo(Offset(ledger.Windows.StartOf(new(3)), offset));

        Assert.Equal(expected, Code(ledger.Audit(ledger.Nodes[0], ledger.Nodes[1], First, Verdict.Valid)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Objections_end_with_the_middle_of_the_audit(int offset, bool isObjection)
    {
        var ledger = TestLedger.WithNodes(3);
        ledger.SubmitAll(First);
        // From slot 8 of the round to its last, 39: the middle, rounded up, is 24.
        var last = ledger.Windows.LastObjection(First);
        Assert.Equal(ledger.Windows.StartOf(new(2)) + 24, last);
        ledger.GoTo(last + (ulong)offset);

        Assert.Equal(TaskErrorCode.None, Code(ledger.Audit(ledger.Nodes[0], ledger.Nodes[1], First, Verdict.Invalid)));

        Assert.Equal(isObjection, ledger.Round(First).Objections.ContainsKey(ledger.Nodes[1].PublicKey));
        Assert.Equal(last + 1, ledger.Round(First).BackupsFrom);
    }

    [Theory]
    [InlineData(0, 1, TaskErrorCode.None)]
    [InlineData(0, 8, TaskErrorCode.None)]
    [InlineData(0, 9, TaskErrorCode.WindowClosed)]
    [InlineData(1, -1, TaskErrorCode.WindowNotOpen)]
    [InlineData(1, 1, TaskErrorCode.None)]
    [InlineData(2, 8, TaskErrorCode.None)]
    [InlineData(2, 9, TaskErrorCode.WindowClosed)]
    [InlineData(3, 1, TaskErrorCode.WindowClosed)]
    public void Lists_come_in_the_first_slots_of_each_attempts_round(int attempt, int offset, TaskErrorCode expected)
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(Offset(ledger.Windows.ListsFrom(First, attempt), offset));
        var leaders = ledger.Round(First).Leaders;
        var author = leaders.IsEmpty ? ledger.Nodes[0] : ledger.NodeOf(leaders[0]);

        Assert.Equal(expected, Code(ledger.SubmitList(author, First, "{}")));
    }

    [Fact]
    public void Lists_wait_for_the_beacon_of_their_first_slot()
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0));

        Assert.Empty(ledger.Round(First).Leaders);
        Assert.All(ledger.Nodes, node => Assert.Equal(TaskErrorCode.NotALeader, Code(ledger.SubmitList(node, First, "{}"))));
    }

    [Theory]
    [InlineData(1, TaskErrorCode.AuditNotOpen)]
    [InlineData(2, TaskErrorCode.AuditNotOpen)]
    [InlineData(3, TaskErrorCode.None)]
    [InlineData(10, TaskErrorCode.None)]
    [InlineData(11, TaskErrorCode.WindowClosed)]
    public void Verdicts_on_lists_come_after_their_beacon_and_until_the_payout(int offset, TaskErrorCode expected)
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var author = ledger.Round(First).Leaders[0];
        Assert.True(ledger.SubmitList(ledger.NodeOf(author), First, "{}").IsSuccess);
        ledger.GoTo(ledger.Windows.LastList(First, 0) + (ulong)offset);

        Assert.Equal(expected, Code(ledger.AuditList(ledger.Nodes.First(node => node.PublicKey != author), author, First, Verdict.Valid)));
    }

    [Theory]
    [InlineData(10, TaskErrorCode.WindowNotOpen)]
    [InlineData(11, TaskErrorCode.None)]
    [InlineData(200, TaskErrorCode.None)]
    public void The_payout_comes_after_the_list_audit_and_is_never_too_late(int offset, TaskErrorCode expected)
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var author = ledger.NodeOf(ledger.Round(First).Leaders[0]);
        Assert.True(ledger.SubmitList(author, First, ledger.HonestList(First)).IsSuccess);
        ledger.GoTo(ledger.Windows.LastList(First, 0) + (ulong)offset);
        var result = ledger.Payout(First);

        Assert.Equal(expected, Code(result));
        Assert.Equal(
            expected is TaskErrorCode.None ? PayoutRecord.PayoutSuccessful : PayoutRecord.Uninitialized,
            ledger.Round(First).Payout);
        if (expected is TaskErrorCode.WindowNotOpen)
        {
            Assert.Contains(result.Logs, line => line.Contains("Voting ongoing on round 1", StringComparison.Ordinal));
        }
    }

    private static Slot Offset(Slot slot, int offset) => new((ulong)((long)slot.Value + offset));

    private static TaskErrorCode Code(TransactionResult result)
    {
        Assert.True(result.IsLanded, result.Error?.Message);
        Assert.True(result.Error?.Instruction is null or { Kind: InstructionErrorKind.Custom }, result.Error?.Message);
        return (TaskErrorCode)(result.Error?.Instruction?.Custom ?? 0);
    }
}
