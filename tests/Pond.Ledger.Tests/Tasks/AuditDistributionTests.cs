using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class AuditDistributionTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = Audit(Stranger, TestLedger.Key("nobody").PublicKey, new(TaskInstruction.MaxNumber));

        Assert.Equal("InvalidInstructionData", ledger.Try(wrong with { Data = [3, 3, .. new byte[15]] }));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..2] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger = RoundScenarioTests.AuditedRound(3);
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(1)));
        Assert.Equal("NothingToAudit", ledger.Try(wrong));
        Assert.Equal("NothingToAudit", ledger.Try(Audit(Stranger, Stranger, First)));
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var author = ledger.Round(First).Leaders[0];
        var voter = ledger.Nodes.First(node => node.PublicKey != author).PublicKey;
        Assert.Equal("ok", Outcome(ledger.SubmitList(ledger.NodeOf(author), First, "{}")));
        Assert.Equal("SelfVerdict", ledger.Try(Audit(author, author, First)));
        Assert.Equal("AuditNotOpen", ledger.Try(Audit(Stranger, author, First)));
        ledger.GoTo(ledger.Windows.ListBeaconAfter(First, 0) + 2);
        Assert.Equal("StakeTooLow", ledger.Try(Audit(Stranger, author, First)));
        Assert.Equal("ok", ledger.Try(Audit(voter, author, First)));
        Assert.Equal("ok", ledger.Try(Audit(voter, author, First)));
        Assert.Equal("AlreadyVoted", Outcome(ledger.AuditList(ledger.NodeOf(voter), author, First, Verdict.Invalid)));
        ledger.GoTo(ledger.Windows.LastListVote(First, 0) + 1);
        Assert.Equal("WindowClosed", ledger.Try(Audit(Stranger, author, First)));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        Assert.Equal("NothingToAudit", ledger.Try(Audit(voter, author, First)));
    }

    // One of twelve objects: F = 1 is below ceil(11 / 10) = 2. With two it is not; a tie accepts.
    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(2, 0, false)]
    [InlineData(2, 2, true)]
    [InlineData(3, 2, false)]
    public void In_a_legacy_task_a_tenth_of_the_submitters_in_the_majority_reject_a_list(int against, int inFavour, bool isPaid)
    {
        var ledger = TestLedger.WithNodes(12, variables: "", isFast: true);
        ledger.SubmitAll(First);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0));
        var author = Assert.Single(ledger.Round(First).Leaders);
        Assert.Equal("ok", Outcome(ledger.SubmitList(ledger.NodeOf(author), First, $"{{\"{author}\":1}}")));
        ledger.GoTo(ledger.Windows.LastList(First, 0) + 1);
        var voters = ledger.Nodes.Where(node => node.PublicKey != author).ToList();
        Assert.All(voters.Take(against), voter => Assert.Equal("ok", Outcome(ledger.AuditList(voter, author, First, Verdict.Invalid))));
        Assert.All(voters.Skip(against).Take(inFavour), voter => Assert.Equal("ok", Outcome(ledger.AuditList(voter, author, First, Verdict.Valid))));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));

        Assert.Equal(isPaid ? PayoutRecord.PayoutSuccessful : PayoutRecord.PayoutFailed, ledger.Round(First).Payout);
    }

    private static Instruction Audit(Pubkey voter, Pubkey author, Round round) =>
        new TaskInstruction.AuditDistribution(Verdict.Valid, round).ToInstruction(TestLedger.Task, voter, author);
}
