using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using static Pond.Node.Tests.Keys;

namespace Pond.Node.Tests;

/// <summary>
/// One node in a legacy task by scripted inputs: its bundle decides, the node calls it in time. Slots are those of
/// <see cref="TaskNodeCoreTests"/>, but votes on submissions close with 200, the last slot of the audit window.
/// </summary>
public sealed class LegacyTaskTests
{
    private static readonly TaskInfo Task = ModelTask.Info(Me, Ann, Ben) with { Class = TaskClass.Legacy, Variables = "" };

    private readonly List<JournalEntry> _journal = [];
    private readonly TaskNodeCore _core = NewCore();
    private readonly TaskRoundInfo _round = ModelTask.Round(Task, 0) with { VotesClose = new(200) };

    [Fact]
    public void Work_is_asked_for_in_the_first_half_of_the_round_alone()
    {
        At(100);
        Assert.Equal(TaskPhase.Execute, Call(See(129, _round)).Phase);

        var late = new LegacyTaskTests();
        late.At(130);
        Assert.Empty(late.See(130, late._round));
    }

    [Fact]
    public void A_submission_is_asked_for_although_the_task_has_not_said_that_its_work_is_done()
    {
        At(100);
        See(100, _round);

        var calls = Enumerable.Range(160, 6).SelectMany(slot => See((ulong)slot, _round)).ToList();
        Assert.Equal((TaskPhase.Submit, new Slot(180)), (Call(calls).Phase, Call(calls).LastSlot));
        var sent = Assert.IsType<NodeOutput.Send>(Assert.Single(Tell(new NodeInput.SubmissionProduced(new(0), "value"))));
        Assert.Equal(new NodeAction.SubmitTask(new(0), "value"), sent.Action);
    }

    [Fact]
    public void A_task_that_never_worked_is_not_asked_for_a_submission()
    {
        At(150);
        See(150, _round);

        Assert.Empty(Enumerable.Range(160, 21).SelectMany(slot => See((ulong)slot, _round)));
        See(181, _round);
        Assert.Equal(RoundReason.NodeAbsent, Closed());
    }

    [Fact]
    public void The_bundle_audits_by_itself_once_when_the_submissions_are_in()
    {
        Submitted();

        var calls = Enumerable.Range(170, 31).SelectMany(slot => See((ulong)slot, WithSubmissions())).ToList();

        Assert.Equal((TaskPhase.Audit, new Slot(200)), (Call(calls).Phase, Call(calls).LastSlot));
        Assert.InRange(_core.AuditDutiesOf(new(0)).Length, 2, 2);
        var vote = Assert.IsType<NodeOutput.Send>(Assert.Single(Tell(new NodeInput.VerdictGiven(new(0), Ann, Verdict.Invalid))));
        Assert.Equal(new NodeAction.AuditSubmission(new(0), Ann, Verdict.Invalid), vote.Action);
    }

    [Fact]
    public void A_vote_after_the_audit_window_is_not_sent()
    {
        Submitted();
        See(201, WithSubmissions());

        Assert.Empty(Tell(new NodeInput.VerdictGiven(new(0), Ann, Verdict.Invalid)));
    }

    [Fact]
    public void Every_submitter_is_asked_for_a_list_because_bundles_choose_the_author_themselves()
    {
        Submitted();
        At(220);

        var call = Call(OfRound0(See(221, Judged(Ann))));

        Assert.Equal((TaskPhase.Distribute, new Slot(240)), (call.Phase, call.LastSlot));
    }

    [Fact]
    public void Others_lists_are_audited_after_their_window_and_paid_after_the_audit()
    {
        Submitted();
        At(220);
        Tell(new NodeInput.PhaseCompleted(Call(OfRound0(See(221, Judged(Ann)))).Id, Error: null));
        var listed = Judged(Ann) with { Lists = List(Ann) };

        var calls = Enumerable.Range(222, 39).SelectMany(slot => OfRound0(See((ulong)slot, listed))).ToList();
        Assert.Equal((TaskPhase.AuditDistribution, new Slot(260)), (Call(calls).Phase, Call(calls).LastSlot));
        var payout = Enumerable.Range(261, 8).SelectMany(slot => OfRound0(See((ulong)slot, listed))).OfType<NodeOutput.Send>().First();

        Assert.Equal(new NodeAction.Payout(new(0), Ann), payout.Action);
    }

    [Fact]
    public void A_list_that_one_in_ten_reject_is_not_paid()
    {
        Submitted();
        At(220);
        See(221, Judged(Ann));
        var rejected = Judged(Ann) with { Lists = List(Ann, new GivenVerdict(Ben, Verdict.Invalid, new(245))) };

        var payout = Enumerable.Range(261, 8).SelectMany(slot => OfRound0(See((ulong)slot, rejected))).OfType<NodeOutput.Send>().First();

        Assert.Equal(new NodeAction.Payout(new(0), Author: null), payout.Action);
    }

    [Fact]
    public void Without_a_timer_nothing_is_called_or_sent_and_rounds_are_closed_all_the_same()
    {
        var core = new TaskNodeCore(new TaskNodeOptions { StakingKey = Me, HasTimer = false }, []);
        var outputs = new List<NodeOutput>();
        core.Handle(new NodeInput.TaskObserved(Task), outputs);
        foreach (var slot in Enumerable.Range(100, 120))
        {
            core.Handle(new NodeInput.SlotObserved(new((ulong)slot)), outputs);
            core.Handle(new NodeInput.RoundObserved(_round), outputs);
        }

        var entry = Assert.IsType<NodeOutput.Record>(Assert.Single(outputs)).Entry;
        Assert.Equal((JournalEvent.RoundClosed, new Round(0)), (entry.Event, entry.Round));
    }

    private static TaskNodeCore NewCore()
    {
        var core = new TaskNodeCore(new TaskNodeOptions { StakingKey = Me }, []);
        core.Handle(new NodeInput.TaskObserved(Task), []);
        return core;
    }

    private static ImmutableSortedDictionary<Pubkey, RoundList> List(Pubkey author, params ImmutableArray<GivenVerdict> verdicts) =>
        ImmutableSortedDictionary<Pubkey, RoundList>.Empty.Add(author, new RoundList(new(222), default, [], verdicts));

    private static NodeOutput.CallTask Call(IEnumerable<NodeOutput> outputs) => Assert.IsType<NodeOutput.CallTask>(Assert.Single(outputs));

    private static List<NodeOutput> OfRound0(IEnumerable<NodeOutput> outputs) =>
        [.. outputs.Where(output => output is not NodeOutput.CallTask call || call.Round == new Round(0))];

    private TaskRoundInfo WithSubmissions() => _round with
    {
        Submissions = Task.Stakes.ToImmutableSortedDictionary(pair => pair.Key, pair => new RoundSubmission("value", new(165))),
    };

    private TaskRoundInfo Judged(Pubkey leader) => WithSubmissions() with
    {
        Outcomes = Task.Stakes.ToImmutableSortedDictionary(pair => pair.Key, _ => SubmissionOutcome.Accepted),
        Leaders = [leader],
    };

    private void Submitted()
    {
        At(165);
        See(165, WithSubmissions());
    }

    private RoundReason Closed() =>
        Assert.Single(_journal, entry => entry is { Event: JournalEvent.RoundClosed } && entry.Round == new Round(0)).Reason;

    private List<NodeOutput> At(ulong slot) => Tell(new NodeInput.SlotObserved(new Slot(slot)));

    private List<NodeOutput> See(ulong slot, TaskRoundInfo round) => [.. At(slot), .. Tell(new NodeInput.RoundObserved(round))];

    private List<NodeOutput> Tell(NodeInput input)
    {
        var outputs = new List<NodeOutput>();
        _core.Handle(input, outputs);
        _journal.AddRange(outputs.OfType<NodeOutput.Record>().Select(record => record.Entry));
        return [.. outputs.Where(output => output is not NodeOutput.Record)];
    }
}
