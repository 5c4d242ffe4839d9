using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tests.Tasks;

/// <summary>
/// What an instruction leaves for the garbage collector, which repeats on every machine and grows with the work. Times: <c>pond bench tasks</c>.
/// </summary>
public sealed class WorkPerInstructionTests
{
    private const int Measured = 40;

    private static readonly Round First = new(1);

    [Fact]
    public void A_submission_or_a_verdict_among_fifteen_hundred_nodes_costs_at_most_twice_that_among_fifty()
    {
        // Once for the code that is compiled at first use.
        _ = Measure(Measured + 10);
        var (few, many) = (Measure(Measured + 10), Measure(1_500));

        Assert.InRange(many.Submission, 1, 2 * few.Submission);
        Assert.InRange(many.Verdict, 1, 2 * few.Verdict);
        Assert.InRange(many.Duties, 1, 2 * few.Duties);
    }

    private static (long Submission, long Verdict, long Duties) Measure(int nodes)
    {
        var ledger = TestLedger.WithNodes(nodes, isFast: true, spaceBytes: 1_000_000);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(First));
        void Submit(Keypair node) => Assert.True(ledger.Submit(node, First, "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy").IsSuccess);
        foreach (var node in ledger.Nodes[..^Measured])
        {
            Submit(node);
        }

        var submission = AllocatedBy(ledger, Submit);
        ledger.GoToAudit(First);
        AuditAssignments DutiesOf(Keypair node) => ledger.Bank.GetAuditAssignments(TestLedger.Task, First, node.PublicKey)!;
        // The first one draws for all.
        _ = DutiesOf(ledger.Nodes[0]);
        var duties = AllocatedBy(ledger, node => DutiesOf(node));
        var candidates = ledger.Nodes.ToDictionary(node => node.PublicKey, node => ledger.NodeOf(DutiesOf(node).Candidates[0].Candidate));
        return (submission, AllocatedBy(ledger, node => Assert.True(ledger.Audit(node, candidates[node.PublicKey], First, Verdict.Valid).IsSuccess)), duties);
    }

    private static long AllocatedBy(TestLedger ledger, Action<Keypair> work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var node in ledger.Nodes[^Measured..])
        {
            work(node);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
