using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk.Tests;

public sealed class PondTaskTests
{
    private static readonly Pubkey Alice = Facts.KeyOf("alice");
    private static readonly Pubkey Bob = Facts.KeyOf("bob");
    private static readonly Pubkey Carol = Facts.KeyOf("carol");

    private readonly FakeTaskContext _node = new() { TaskInfo = Facts.Task(bountyPerRound: 1000, auditPay: 50) };
    private readonly SmallTask _task = new();

    private RoundContext Round => new(_node, new(5), TaskPhase.Audit, IsPreviousRoundFailed: false);

    [Fact]
    public async Task Submission_is_handed_over_and_none_is_no_submission()
    {
        _task.Submission = Submission.FromText("cid");
        await _task.SubmitAsync(Round, default);
        _task.Submission = null;
        await _task.SubmitAsync(Round, default);

        Assert.Equal(["submit 5 cid"], _node.Said, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Each_duty_gets_its_verdict_and_a_failing_audit_accuses_nobody()
    {
        _node.RoundInfo = Facts.Round(5, ("alice", default), ("bob", default), ("carol", default));
        _node.Duties = [Alice, Bob, Carol, Facts.KeyOf("stranger")];
        _task.Verdicts["alice"] = Verdict.Valid;
        _task.Verdicts["bob"] = Verdict.Invalid;

        await _task.AuditAsync(Round, default);

        Assert.Equal(
            [
                $"verdict 5 {Alice} Valid",
                $"verdict 5 {Bob} Invalid",
                $"verdict 5 {Carol} Abstain",
                $"verdict 5 {Facts.KeyOf("stranger")} Abstain",
            ],
            _node.Said,
            StringComparer.Ordinal);
        Assert.Equal([$"Round 5: no opinion on {Carol}: carol can't be judged"], _node.Errors, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Cancelled_audit_gives_no_verdict()
    {
        _node.RoundInfo = Facts.Round(5, ("carol", default));
        _node.Duties = [Carol];

        await Assert.ThrowsAsync<InvalidOperationException>(() => _task.AuditAsync(Round, new(canceled: true)));

        Assert.Empty(_node.Said);
    }

    [Fact]
    public async Task Bounty_without_the_auditors_part_is_split_among_the_accepted()
    {
        _node.RoundInfo = Facts.Round(
            5, ("alice", SubmissionOutcome.Accepted), ("bob", SubmissionOutcome.Slashed), ("carol", SubmissionOutcome.Accepted),
            ("dave", SubmissionOutcome.Unpaid), ("erin", SubmissionOutcome.Pending), ("frank", SubmissionOutcome.Unaudited));

        var list = await _task.GenerateDistributionListAsync(Round, default);

        // (1000 - 50) / 3 = 316, and 2 stay in the bounty.
        Assert.Equal(DistributionList.From([new(Alice, new(316)), new(Carol, new(316)), new(Facts.KeyOf("frank"), new(316))]), list);
    }

    [Fact]
    public async Task Empty_list_is_not_submitted()
    {
        _node.RoundInfo = Facts.Round(5, ("bob", SubmissionOutcome.Slashed));

        await _task.SubmitDistributionListAsync(Round, default);

        Assert.Empty(_node.Said);
    }

    [Fact]
    public async Task Lists_are_compared_with_ones_own()
    {
        _node.RoundInfo = Facts.Round(5, ("alice", SubmissionOutcome.Accepted));
        _node.Lists[Alice] = $$"""{ "{{Alice}}" : 950 }""";
        _node.Lists[Bob] = $$"""{"{{Alice}}":949}""";
        _node.Lists[Carol] = "no list at all";
        _node.ListDuties = [Alice, Bob, Carol, Facts.KeyOf("silent")];

        await _task.AuditDistributionListAsync(Round, default);

        Assert.Equal(
            [
                $"list verdict 5 {Alice} Valid",
                $"list verdict 5 {Bob} Invalid",
                $"list verdict 5 {Carol} Invalid",
                $"list verdict 5 {Facts.KeyOf("silent")} Abstain",
            ],
            _node.Said,
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task List_can_not_be_judged_without_the_round()
    {
        _node.Lists[Alice] = "{}";
        _node.ListDuties = [Alice];

        await _task.AuditDistributionListAsync(Round, default);

        Assert.Equal([$"list verdict 5 {Alice} Abstain"], _node.Said, StringComparer.Ordinal);
    }

    private sealed class SmallTask : PondTask
    {
        public Submission? Submission { get; set; }

        public Dictionary<string, Verdict> Verdicts { get; } = new(StringComparer.Ordinal);

        public override Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken) => Task.CompletedTask;

        public override Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
            Task.FromResult(Submission);

        public override Task<Verdict> ValidateSubmissionAsync(
            RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken) =>
            Verdicts.TryGetValue(candidate.Value, out var verdict)
                ? Task.FromResult(verdict)
                : throw new InvalidOperationException($"{candidate.Value} can't be judged");
    }
}
