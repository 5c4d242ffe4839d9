using Pond.Primitives;
using Pond.Primitives.Tasks;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

/// <summary>Both edges of every window in tasks of each class and currency; <see cref="WindowTests"/> has more slots of class A.</summary>
public sealed class KindWindowTests
{
    private static readonly Round First = new(1);

    public static TheoryData<string, TaskKind> Kinds => new()
    {
        { "class=A", TaskKind.Koii },
        { "class=A", TaskKind.Token },
        { "class=C", TaskKind.Koii },
        { "class=C", TaskKind.Token },
        { "", TaskKind.Koii },
        { "", TaskKind.Token },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Submissions(string variables, TaskKind kind)
    {
        var ledger = TestLedger.WithNodes(4, variables, isFast: true, kind: kind);
        var from = ledger.Windows.StartOf(new(2));

        string SubmitIn(Slot slot, int node)
        {
            ledger.GoTo(slot);
            return Outcome(ledger.Submit(ledger.Nodes[node], First, "work"));
        }

        Assert.Equal("WindowNotOpen", SubmitIn(Before(from), 0));
        Assert.Equal("ok", SubmitIn(from, 0));
        Assert.Equal("ok", SubmitIn(from + TestLedger.SubmissionWindow, 1));
        Assert.Equal("WindowClosed", SubmitIn(from + TestLedger.SubmissionWindow + 1, 2));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Verdicts_on_submissions(string variables, TaskKind kind)
    {
        var ledger = TestLedger.WithNodes(4, variables, isFast: true, kind: kind);
        ledger.SubmitAll(First);
        var isLegacy = variables.Length == 0;
        var from = isLegacy ? ledger.Windows.StartOf(new(2)) : ledger.Windows.AuditBeaconAfter(First) + 2;
        var last = isLegacy ? ledger.Windows.StartOf(new(2)) + TestLedger.SubmissionWindow + TestLedger.AuditWindow : Before(ledger.Windows.StartOf(new(3)));

        string AuditIn(Slot slot, int voter)
        {
            ledger.GoTo(slot);
            return Outcome(ledger.Audit(ledger.Nodes[voter], ledger.Nodes[3], First, Verdict.Valid));
        }

        if (!isLegacy)
        {
            Assert.Equal("AuditNotOpen", AuditIn(Before(from), 0));
        }

        Assert.Equal("ok", AuditIn(from, 0));
        Assert.Equal("ok", AuditIn(last, 1));
        Assert.Equal("WindowClosed", AuditIn(last + 1, 2));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Objections(string variables, TaskKind kind)
    {
        var ledger = TestLedger.WithNodes(4, variables, isFast: true, kind: kind);
        ledger.SubmitAll(First);
        // A legacy task takes accusations as long as votes.
        var last = variables.Length == 0 ? ledger.Windows.LastLegacyVote(First) : ledger.Windows.StartOf(new(2)) + 24;
        ledger.GoTo(last);
        Assert.Equal("ok", Outcome(ledger.Audit(ledger.Nodes[0], ledger.Nodes[3], First, Verdict.Invalid)));
        ledger.GoTo(last + 1);
        Assert.Equal(variables.Length == 0 ? "WindowClosed" : "ok", Outcome(ledger.Audit(ledger.Nodes[0], ledger.Nodes[2], First, Verdict.Invalid)));

        Assert.Equal([ledger.Nodes[3].PublicKey], ledger.Round(First).Objections.Keys);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lists_of_each_attempt(string variables, TaskKind kind)
    {
        for (var attempt = 0; attempt <= (int)TestLedger.AllowedFailed; attempt++)
        {
            var ledger = Audited(variables, kind);
            var from = ListsFrom(ledger, variables, attempt);
            var author = ledger.Nodes[0];

            ledger.GoTo(Before(ledger.Windows.ListsFrom(First, attempt)));
            Assert.Equal("WindowNotOpen", Outcome(ledger.SubmitList(author, First, "{}")));
            ledger.GoTo(from);
            author = ledger.NodeOf(ledger.Round(First).Leaders[0]);
            Assert.Equal("ok", Outcome(ledger.SubmitList(author, First, "{}")));
            ledger.GoTo(ledger.Windows.ListsFrom(First, attempt) + TestLedger.SubmissionWindow);
            Assert.Equal("ok", Outcome(ledger.SubmitList(author, First, $"{{\"{author.PublicKey}\":1}}")));
            ledger.GoTo(ledger.Bank.Slot + 1);
            Assert.Equal("WindowClosed", Outcome(ledger.SubmitList(author, First, $"{{\"{author.PublicKey}\":2}}")));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lists_after_the_last_attempt(string variables, TaskKind kind)
    {
        var ledger = Audited(variables, kind);
        ledger.GoTo(ListsFrom(ledger, variables, (int)TestLedger.AllowedFailed + 1));

        Assert.Equal("WindowClosed", Outcome(ledger.SubmitList(ledger.Nodes[0], First, "{}")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Verdicts_on_lists_payout_and_withdrawal(string variables, TaskKind kind)
    {
        var ledger = Audited(variables, kind);
        var listed = ListsFrom(ledger, variables, attempt: 0);
        ledger.GoTo(listed);
        var author = ledger.Round(First).Leaders[0];
        Assert.Equal("ok", Outcome(ledger.SubmitList(ledger.NodeOf(author), First, $"{{\"{author}\":5}}")));
        var voters = ledger.Nodes.Where(node => node.PublicKey != author).ToArray();
        var from = variables.Length == 0 ? listed : ledger.Windows.ListBeaconAfter(First, 0) + 2;
        var last = ledger.Windows.StartOf(new(3)) + TestLedger.SubmissionWindow + TestLedger.AuditWindow;

        string AuditIn(Slot slot, int voter)
        {
            ledger.GoTo(slot);
            return Outcome(ledger.AuditList(voters[voter], author, First, Verdict.Valid));
        }

        if (variables.Length > 0)
        {
            Assert.Equal("AuditNotOpen", AuditIn(Before(from), 0));
        }

        Assert.Equal("ok", AuditIn(from, 0));
        Assert.Equal("ok", AuditIn(last, 1));
        Assert.Equal("WindowNotOpen", Outcome(ledger.Payout(First)));
        Assert.Equal("WindowClosed", AuditIn(last + 1, 2));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        Assert.Equal("AlreadySettled", Outcome(ledger.Payout(First)));

        // Three rounds after the one it worked in, a stake is free.
        ledger.GoTo(Before(ledger.Windows.StartOf(new(5))));
        Assert.Equal("StakeInUse", Outcome(ledger.Withdraw(voters[0])));
        ledger.GoTo(ledger.Windows.StartOf(new(5)));
        Assert.Equal("ok", Outcome(ledger.Withdraw(voters[0])));
    }

    private static TestLedger Audited(string variables, TaskKind kind)
    {
        var ledger = TestLedger.WithNodes(4, variables, isFast: true, kind: kind);
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        ledger.AuditAll(First, (_, _) => Verdict.Valid);
        return ledger;
    }

    // The leaders of a legacy task follow from the submissions; the others wait for a beacon.
    private static Slot ListsFrom(TestLedger ledger, string variables, int attempt) =>
        ledger.Windows.StartOf(new(3 + (ulong)attempt)) + (variables.Length == 0 ? 0UL : 1UL);

    private static Slot Before(Slot slot) => new(slot.Value - 1);
}
