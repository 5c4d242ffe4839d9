using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class AuditSubmissionsTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var wrong = Audit(Stranger, Stranger, new(TaskInstruction.MaxNumber));

        Assert.Equal("InvalidInstructionData", ledger.Try(wrong with { Data = [2, 3, .. new byte[15]] }));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..2] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger = TestLedger.WithNodes(3, isFast: true);
        var (node, candidate) = (ledger.Nodes[0].PublicKey, ledger.Nodes[1].PublicKey);
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0).Unsigned(1)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(1).With(2, candidate)));
        Assert.Equal("NothingToAudit", ledger.Try(wrong));
        ledger.SubmitAll(First);
        Assert.Equal("NothingToAudit", ledger.Try(Audit(Stranger, Stranger, First)));
        Assert.Equal("SelfVerdict", ledger.Try(Audit(node, node, First)));
        Assert.Equal("AuditNotOpen", ledger.Try(Audit(Stranger, candidate, First)));
        ledger.GoToAudit(First);
        Assert.Equal("StakeTooLow", ledger.Try(Audit(Stranger, candidate, First)));
        Assert.Equal("ok", ledger.Try(Audit(node, candidate, First)));
        Assert.Equal("AlreadyVoted", Outcome(ledger.Audit(ledger.Nodes[0], ledger.Nodes[1], First, Verdict.Invalid)));
        ledger.GoTo(ledger.Windows.StartOf(new(3)));
        Assert.Equal("WindowClosed", ledger.Try(Audit(Stranger, candidate, First)));
    }

    [Fact]
    public void A_verdict_is_given_once_and_may_be_repeated()
    {
        var ledger = AuditLedger(3);
        var (voter, candidate) = (ledger.Nodes[0], ledger.Nodes[1]);

        Assert.Equal("ok", Outcome(ledger.Audit(voter, candidate, First, Verdict.Abstain)));
        Assert.Equal("ok", Outcome(ledger.Audit(voter, candidate, First, Verdict.Abstain)));
        Assert.Equal("AlreadyVoted", Outcome(ledger.Audit(voter, candidate, First, Verdict.Valid)));
        Assert.Single(ledger.Round(First).Verdicts[candidate.PublicKey]);
    }

    [Fact]
    public void Objections_lock_bonds_until_the_stake_is_used_up()
    {
        // A bond is a twentieth of the stake, and there are 21 candidates.
        var ledger = AuditLedger(22);
        var outcomes = ledger.Nodes.Skip(1).Select(candidate => Outcome(ledger.Audit(ledger.Nodes[0], candidate, First, Verdict.Invalid))).ToList();

        Assert.All(outcomes.Take(20), outcome => Assert.Equal("ok", outcome));
        Assert.Equal("BondNotCovered", outcomes[20]);
    }

    [Theory]
    [InlineData("before the round after", true)]
    [InlineData("in the round after", false)]
    public void Whoever_was_staked_when_the_audits_round_began_may_speak_without_a_submission(string when, bool isHeard)
    {
        var ledger = TestLedger.WithNodes(2, isFast: true);
        var late = TestLedger.Key("late");
        ledger.CreateStakingWallet(late, TestLedger.MinimumStake);
        ledger.GoTo(new Slot(ledger.Windows.StartOf(new(2)).Value - (isHeard ? 1UL : 0UL)));
        ledger.MustSend(ledger.StakeCall(late, TestLedger.MinimumStake));
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);

        Assert.True(isHeard == (Outcome(ledger.Audit(late, ledger.Nodes[0], First, Verdict.Valid)) == "ok"), when);
    }

    [Fact]
    public void In_a_legacy_task_a_submitter_of_the_round_before_may_vote_too()
    {
        var ledger = TestLedger.WithNodes(3, variables: "", isFast: true);
        ledger.SubmitAll(First);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(new(2)));
        Assert.Equal("ok", Outcome(ledger.Submit(ledger.Nodes[0], new(2), "x")));

        Assert.Equal("ok", Outcome(ledger.Audit(ledger.Nodes[1], ledger.Nodes[0], new(2), Verdict.Invalid)));
        Assert.Equal("ok", Outcome(ledger.Audit(ledger.Nodes[2], ledger.Nodes[0], new(2), Verdict.Valid)));
        Assert.Equal(ledger.Nodes[1].PublicKey, ledger.Round(new(2)).Objections[ledger.Nodes[0].PublicKey].By);
    }

    private static TestLedger AuditLedger(int nodes)
    {
        var ledger = TestLedger.WithNodes(nodes, isFast: true);
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        return ledger;
    }

    private static Instruction Audit(Pubkey voter, Pubkey candidate, Round round) =>
        new TaskInstruction.AuditSubmissions(Verdict.Valid, round).ToInstruction(TestLedger.Task, voter, candidate);
}
