using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class SubmitDistributionListTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = Submit(Stranger, new(TaskInstruction.MaxNumber)).With(2, TestLedger.Key("other").PublicKey);

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(12)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..1] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger = RoundScenarioTests.AuditedRound(3);
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(1)));
        Assert.Equal("NotAuthorized", ledger.Try(wrong));
        Assert.Equal("NothingToAudit", ledger.Try(Submit(Stranger, new(TaskInstruction.MaxNumber))));
        Assert.Equal("WindowNotOpen", ledger.Try(Submit(Stranger, First)));
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        Assert.Equal("NotALeader", ledger.Try(Submit(Stranger, First)));
        var leader = ledger.Round(First).Leaders[0];
        Assert.Equal("InvalidList", ledger.Try(Submit(leader, First)));
        Assert.Equal("ok", Outcome(ledger.SubmitList(ledger.NodeOf(leader), First, "{}")));
        ledger.GoTo(ledger.Windows.LastList(First, 0) + 1);
        Assert.Equal("WindowClosed", ledger.Try(Submit(Stranger, First)));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        Assert.Equal("AlreadySettled", ledger.Try(Submit(Stranger, First)));
    }

    [Theory]
    [InlineData("no object", "[]", false)]
    [InlineData("cut off", "{", false)]
    [InlineData("something after it", "{}{}", false)]
    [InlineData("no key", "{\"nobody\":1}", false)]
    [InlineData("a key that stands twice", "{\"A\":0,\"A\":0}", false)]
    [InlineData("a text for an amount", "{\"A\":\"1\"}", false)]
    [InlineData("one more than the budget", "{\"A\":9500000001}", false)]
    [InlineData("more than the budget together", "{\"A\":9500000000,\"B\":1}", false)]
    [InlineData("2^53", "{\"A\":-9007199254740992}", false)]
    [InlineData("a positive exponent", "{\"A\":1e3}", false)]
    [InlineData("pay for somebody who submitted nothing", "{\"S\":1}", false)]
    [InlineData("the whole budget", "{\"A\":9500000000}", true)]
    [InlineData("nothing for a stranger", "{\"A\":1,\"S\":0}", true)]
    [InlineData("a slash of a stranger, which nobody heeds", "{\"A\":1,\"S\":-5}", true)]
    [InlineData("the largest slash", "{\"A\":-9007199254740991}", true)]
    [InlineData("a fraction", "{\"A\":-2099999999.9999998}", true)]
    [InlineData("a negative exponent", "{\"A\":1e-7}", true)]
    [InlineData("blanks", " { \"A\" : 1 } ", true)]
    [InlineData("nothing", "{}", true)]
    public void A_list_is_json_that_pays_submitters_within_the_budget(string what, string list, bool isTaken)
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leaders = ledger.Round(First).Leaders;
        var text = list.Replace("\"A\"", $"\"{leaders[0]}\"", StringComparison.Ordinal)
            .Replace("\"B\"", $"\"{leaders[1]}\"", StringComparison.Ordinal)
            .Replace("\"S\"", $"\"{Stranger}\"", StringComparison.Ordinal);

        Assert.True((isTaken ? "ok" : "InvalidList") == Outcome(ledger.SubmitList(ledger.NodeOf(leaders[0]), First, text)), what);
    }

    [Fact]
    public void Its_author_may_replace_a_list_until_the_window_ends()
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leader = ledger.NodeOf(ledger.Round(First).Leaders[0]);
        Assert.Equal("ok", Outcome(ledger.SubmitList(leader, First, $"{{\"{leader.PublicKey}\":1}}")));
        var first = ledger.Round(First).Lists[leader.PublicKey];
        Assert.Equal("ok", Outcome(ledger.SubmitList(leader, First, $"{{\"{leader.PublicKey}\":1}}")));
        Assert.Equal(first.Hash, ledger.Round(First).Lists[leader.PublicKey].Hash);
        Assert.Equal("ok", Outcome(ledger.SubmitList(leader, First, $"{{\"{leader.PublicKey}\":2}}")));

        Assert.NotEqual(first.Hash, Assert.Single(ledger.Round(First).Lists).Value.Hash);
    }

    [Fact]
    public void In_a_legacy_task_eight_others_may_write_and_the_leader_always()
    {
        var ledger = TestLedger.WithNodes(12, variables: "", isFast: true);
        ledger.SubmitAll(First);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0));
        var leader = Assert.Single(ledger.Round(First).Leaders);
        var outcomes = ledger.Nodes.Where(node => node.PublicKey != leader)
            .Select(node => Outcome(ledger.SubmitList(node, First, "{}"))).ToList();

        Assert.Equal(8, outcomes.Count(outcome => outcome == "ok"));
        Assert.All(outcomes.Skip(8), outcome => Assert.Equal("NotALeader", outcome));
        Assert.Equal("ok", Outcome(ledger.SubmitList(ledger.NodeOf(leader), First, "{}")));
    }

    private static Instruction Submit(Pubkey author, Round round) =>
        new TaskInstruction.SubmitDistributionList(round).ToInstruction(TestLedger.Task, author);
}
