using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class UploadDistributionListTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = Upload(Stranger, new(TaskInstruction.MaxNumber));

        Assert.Equal("InvalidInstructionData", ledger.Try(wrong with { Data = [11, 0, 0, 0, 0, .. new byte[516]] }));
        Assert.Equal("InvalidInstructionData", ledger.Try(wrong with { Data = [11, 0, 0, 253, 1, .. new byte[516]] }));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..1] }));
        Assert.Equal("NotATask", ledger.Try(wrong));
        ledger = TestLedger.WithNodes(1, isFast: true);
        var node = ledger.Nodes[0].PublicKey;
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(1)));
        Assert.Equal("NotALeader", ledger.Try(wrong));
        ledger.SubmitAll(First);
        Assert.Equal("NotALeader", ledger.Try(Upload(Stranger, First)));
        Assert.Equal("WindowNotOpen", ledger.Try(Upload(node, First, 65_535)));
        ledger.GoTo(ledger.Windows.LastSubmission(First));
        Assert.Equal("WindowNotOpen", ledger.Try(Upload(node, First)));
        ledger.GoTo(ledger.Windows.LastSubmission(First) + 1);
        Assert.Equal("InvalidList", ledger.Try(Upload(node, First, 65_535)));
        Assert.Equal("ok", ledger.Try(Upload(node, First)));
        ledger.GoTo(ledger.Windows.StartOf(new(9)));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        Assert.Equal("AlreadySettled", ledger.Try(Upload(node, First, 65_535)));
    }

    [Fact]
    public void The_longest_list_has_two_million_bytes()
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        var node = ledger.Nodes[0].PublicKey;

        // 3,937 parts of 508 bytes are one less than 2,000,000 holds.
        Assert.Equal("ok", ledger.Try(Upload(node, First, 3_935)));
        Assert.Equal("ok", ledger.Try(Upload(node, First, 3_936, size: 508)));
        Assert.Equal("InvalidList", ledger.Try(Upload(node, First, 3_937, size: 5)));
    }

    [Fact]
    public void A_long_list_arrives_in_any_order_and_repetition_and_stays_as_it_was_handed_in()
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
        Assert.Equal("ok", Outcome(ledger.Send([new TaskInstruction.SubmitDistributionList(First).ToInstruction(TestLedger.Task, leader.PublicKey)], leader)));

        // What was handed in stays what is audited.
        ledger.MustSend([Upload(leader.PublicKey, First)], leader);
        Assert.Equal(list, ledger.Bank.GetDistributionList(TestLedger.Task, First, leader.PublicKey));
    }

    [Fact]
    public void A_missing_part_is_no_list_and_blanks_or_nuls_at_the_end_are_none_of_it()
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leader = ledger.NodeOf(ledger.Round(First).Leaders[0]);
        ledger.MustSend([Upload(leader.PublicKey, First, 1)], leader);
        Assert.Null(ledger.Bank.GetDistributionList(TestLedger.Task, First, leader.PublicKey));

        ledger.MustSend([new TaskInstruction.UploadDistributionList(0, [.. System.Text.Encoding.UTF8.GetBytes("{}".PadRight(508))], First).ToInstruction(TestLedger.Task, leader.PublicKey)], leader);
        ledger.MustSend([new TaskInstruction.UploadDistributionList(0, [.. System.Text.Encoding.UTF8.GetBytes("{ }".PadRight(300) + new string('\0', 208))], First).ToInstruction(TestLedger.Task, leader.PublicKey)], leader);
        Assert.Equal("{ }", ledger.Bank.GetDistributionList(TestLedger.Task, First, leader.PublicKey));
    }

    [Fact]
    public void Sixteen_may_upload_before_the_leaders_are_known_and_cannot_keep_the_leaders_out()
    {
        var ledger = RoundScenarioTests.AuditedRound(20);
        var outcomes = ledger.Nodes.Select(node => ledger.Try(Upload(node.PublicKey, First))).ToList();
        Assert.Equal(16, outcomes.Count(outcome => outcome == "ok"));
        Assert.All(outcomes.Skip(16), outcome => Assert.Equal("NotALeader", outcome));

        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        Assert.All(ledger.Round(First).Leaders, leader => Assert.Equal("ok", ledger.Try(Upload(leader, First))));
    }

    private static Instruction Upload(Pubkey author, Round round, ushort index = 0, int size = 2) =>
        new TaskInstruction.UploadDistributionList(index, [.. "{}".PadRight(size).Select(character => (byte)character)], round)
            .ToInstruction(TestLedger.Task, author);
}
