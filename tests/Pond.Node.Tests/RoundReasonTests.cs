using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using static Pond.Node.Tests.Keys;

namespace Pond.Node.Tests;

/// <summary>Every fault that keeps a node from its pay, and the reason that its operator is told.</summary>
public sealed class RoundReasonTests
{
    private static readonly TaskInfo Task = ModelTask.Info(Me, Ann, Ben, Cid, Dot);
    private static readonly TaskRoundInfo Round = ModelTask.Round(Task, 0);

    private readonly List<JournalEntry> _journal = [];
    private readonly Queue<NodeOutput> _outputs = new();
    private TaskInfo _task = Task;
    private TaskRoundInfo _round = Round;
    private TaskNodeCore _core = null!;
    private bool _isLedgerSlow;

    /// <summary>What happens to the node in round 0; it is whole but for that.</summary>
    private static readonly Dictionary<RoundReason, Action<RoundReasonTests>> Faults = new()
    {
        [RoundReason.NotAParticipant] = node => node.Live(stake: Lamports.Zero),
        [RoundReason.TaskInactive] = node => node.Live(task: Task with { IsActive = false }),
        [RoundReason.StakeTooLow] = node => node.Live(task: Task with { Stakes = Task.Stakes.SetItem(Me, new(1)) }),
        [RoundReason.BountyUsedUp] = node => node.Live(task: Task with { TotalBounty = Lamports.Zero }),
        [RoundReason.NodeAbsent] = node => node.Live(from: 170),
        [RoundReason.ExecuteFailed] = node => node.Live(execute: PhaseFault.Failed),
        [RoundReason.SubmitFailed] = node => node.Live(submit: PhaseFault.Failed),
        [RoundReason.TaskHung] = node => node.Live(execute: PhaseFault.Hung),
        [RoundReason.TaskDown] = node => node.Live(submit: PhaseFault.NotRunning),
        [RoundReason.TaskTooSlow] = node => node.Live(execute: PhaseFault.TooSlow),
        [RoundReason.NoSubmission] = node => node.Live(value: null),
        [RoundReason.WindowClosed] = node => node.Live(isLedgerSlow: true),
        [RoundReason.RejectedByLedger] = node => node.Live(action: ActionFault.Refused, isFinal: true),
        [RoundReason.OutOfFunds] = node => node.Live(action: ActionFault.OutOfFunds),
        [RoundReason.LedgerUnreachable] = node => node.Live(action: ActionFault.Unreachable),
        [RoundReason.Slashed] = node => node.Live(outcome: SubmissionOutcome.Slashed),
        [RoundReason.UnpaidOutvoted] = node => node.Live(outcome: SubmissionOutcome.Unpaid, isObjected: true),
        [RoundReason.UnpaidTooFewVerdicts] = node => node.Live(outcome: SubmissionOutcome.Unpaid),
        [RoundReason.NoList] = node => node.Live(payout: PayoutRecord.PayoutFailed),
        [RoundReason.ListsRejected] = node => node.Live(payout: PayoutRecord.PayoutFailed, hasList: true),
        [RoundReason.NothingDue] = node => node.Live(pay: 0),
        [RoundReason.PayoutMissing] = node => node.Live(payout: PayoutRecord.Uninitialized),
        [RoundReason.OutcomeUnknown] = node => node.ForgetTheRound(),
        [RoundReason.None] = node => node.Live(),
    };

    public static TheoryData<RoundReason> All => [.. Enum.GetValues<RoundReason>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_reason_is_named_for_its_fault(RoundReason reason)
    {
        Faults[reason](this);

        var closing = Assert.Single(_journal, entry => entry.Event is JournalEvent.RoundClosed && entry.Round == new Round(0));
        Assert.Equal(reason, closing.Reason);
        Assert.Equal(reason is RoundReason.None ? new Lamports(70) : default, closing.Earned);
        Assert.NotEmpty(reason.ToSentence());
    }

    [Fact]
    public void A_node_that_saw_no_slot_of_the_window_was_cut_off()
    {
        Begin(100);
        Answer(PhaseFault.None, PhaseFault.None, "bafy1", handsOverAt: 0, ActionFault.None, isFinal: false);
        See(181);
        See(182);

        Assert.Equal(RoundReason.LedgerUnreachable, Assert.Single(_journal, entry => entry.Event is JournalEvent.RoundClosed).Reason);
    }

    [Fact]
    public void A_paid_round_that_gave_nothing_of_an_empty_bounty_says_so()
    {
        Live(pay: 0, taskAtTheEnd: Task with { TotalBounty = Lamports.Zero });

        Assert.Equal(RoundReason.BountyUsedUp, Assert.Single(_journal, entry => entry.Event is JournalEvent.RoundClosed && entry.Round == new Round(0)).Reason);
    }

    [Fact]
    public void The_journal_has_what_was_expected_what_it_cost_and_what_others_said()
    {
        Live();

        var closing = Assert.Single(_journal, entry => entry.Event is JournalEvent.RoundClosed && entry.Round == new Round(0));
        Assert.Equal(Task.BountyPerRound.SplitEqually(5).Part, closing.Expected);
        Assert.Equal("by the list 0.00000007 KOII, for audits 0 KOII, of slashes 0 KOII", closing.Detail);
        Assert.Equal(new Lamports(10_000), Assert.Single(_journal, entry => entry.Event is JournalEvent.SubmissionAccepted).Fee);
        Assert.Equal(
            [(Ann, "Valid"), (Ben, "Valid")],
            _journal.Where(entry => entry.Event is JournalEvent.VerdictReceived).Select(entry => (entry.About!.Value, entry.Detail!)).Order());
    }

    [Fact]
    public void What_was_begun_before_the_bounty_was_used_up_is_handed_in()
    {
        Begin(100);
        Answer(PhaseFault.None, PhaseFault.None, "bafy1", handsOverAt: 0, ActionFault.None, isFinal: false);
        Tell(new NodeInput.TaskObserved(Task with { TotalBounty = Lamports.Zero }));
        for (ulong slot = 160; slot < 170; slot++)
        {
            See(slot);
            Answer(PhaseFault.None, PhaseFault.None, "bafy1", handsOverAt: slot, ActionFault.None, isFinal: false);
        }

        Assert.Contains(_journal, entry => entry.Event is JournalEvent.SubmissionAccepted);
    }

    /// <summary>One whole round, in which everything goes well but for what the case says.</summary>
    private void Live(
        ulong from = 100,
        Lamports? stake = null,
        TaskInfo? task = null,
        PhaseFault execute = PhaseFault.None,
        PhaseFault submit = PhaseFault.None,
        string? value = "bafy1",
        ActionFault action = ActionFault.None,
        bool isFinal = false,
        bool isLedgerSlow = false,
        SubmissionOutcome outcome = SubmissionOutcome.Accepted,
        bool isObjected = false,
        PayoutRecord payout = PayoutRecord.PayoutSuccessful,
        bool hasList = false,
        ulong pay = 70,
        TaskInfo? taskAtTheEnd = null)
    {
        _task = task ?? Task;
        _isLedgerSlow = isLedgerSlow;
        _round = stake == Lamports.Zero ? Round with { Participants = Round.Participants.Remove(Me) } : Round;
        Begin(from);
        for (var slot = from; slot <= 185; slot++)
        {
            See(slot);
            Answer(execute, submit, value, slot, action, isFinal);
        }

        if (!_round.Submissions.ContainsKey(Me))
        {
            return;
        }

        GivenVerdict[] verdicts = [new(Ann, Verdict.Valid, new(190)), new(Ben, Verdict.Valid, new(190))];
        _round = _round with
        {
            Submissions = Task.Stakes.ToImmutableSortedDictionary(pair => pair.Key, pair => new RoundSubmission("value", new(170))),
            Outcomes = Task.Stakes.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Key == Me ? outcome : SubmissionOutcome.Accepted),
            Verdicts = _round.Verdicts.Add(Me, [.. verdicts]),
            Objections = isObjected ? _round.Objections.Add(Me, new Objection(Ann, new(190), [], new(1))) : _round.Objections,
            Lists = hasList ? _round.Lists.Add(Ann, new RoundList(new(222), default, [], [])) : _round.Lists,
        };
        See(262);
        var isPaid = payout is PayoutRecord.PayoutSuccessful && outcome is SubmissionOutcome.Accepted && pay > 0;
        _round = _round with
        {
            Payout = payout,
            IsSettled = payout is not PayoutRecord.Uninitialized,
            Rewards = isPaid ? Task.Stakes.Clear().Add(Me, new(pay)) : Task.Stakes.Clear(),
            Attempt = payout is PayoutRecord.PayoutFailed ? 3 : 0,
        };
        if (taskAtTheEnd is not null)
        {
            Tell(new NodeInput.TaskObserved(taskAtTheEnd));
        }

        See(Task.StartOf(new(4 + Task.AllowedFailedDistributions)).Value - 1);
        See(Task.StartOf(new(4 + Task.AllowedFailedDistributions)).Value);
    }

    private void ForgetTheRound()
    {
        _core = new TaskNodeCore(
            new TaskNodeOptions { StakingKey = Me }, [new(new(170), new Round(0), JournalEvent.SubmissionProduced) { Detail = "bafy1" }]);
        Tell(new NodeInput.TaskObserved(Task));
        Tell(new NodeInput.SlotObserved(Task.StartOf(new(20))));
        Tell(new NodeInput.RoundUnknown(new(0)));
    }

    private void Begin(ulong slot)
    {
        _core = new TaskNodeCore(new TaskNodeOptions { StakingKey = Me }, []);
        Tell(new NodeInput.TaskObserved(_task));
        See(slot);
    }

    /// <summary>Does what the node asks for in round 0, with the faults.</summary>
    private void Answer(PhaseFault execute, PhaseFault submit, string? value, ulong handsOverAt, ActionFault action, bool isFinal)
    {
        while (_outputs.TryDequeue(out var output))
        {
            switch (output)
            {
                case NodeOutput.CallTask { Phase: TaskPhase.Execute } call when call.Round == new Round(0):
                    Tell(new NodeInput.PhaseCompleted(call.Id, execute is PhaseFault.None ? null : "boom", execute));
                    break;
                case NodeOutput.CallTask { Phase: TaskPhase.Submit } call when handsOverAt == 0:
                    // Not yet.
                    _outputs.Enqueue(call);
                    return;
                case NodeOutput.CallTask { Phase: TaskPhase.Submit } call:
                    if (submit is PhaseFault.None && value is not null)
                    {
                        Tell(new NodeInput.SubmissionProduced(new(0), value));
                    }

                    Tell(new NodeInput.PhaseCompleted(call.Id, submit is PhaseFault.None ? null : "boom", submit));
                    break;
                case NodeOutput.Send { Action: NodeAction.SubmitTask } when _isLedgerSlow:
                    break;
                case NodeOutput.Send { Action: NodeAction.SubmitTask } send when action is ActionFault.None:
                    _round = _round with { Submissions = _round.Submissions.SetItem(Me, new RoundSubmission(value!, new(handsOverAt))) };
                    Tell(new NodeInput.ActionConfirmed(send.Id, new(handsOverAt), default, new(10_000)));
                    break;
                case NodeOutput.Send { Action: NodeAction.SubmitTask } send:
                    Tell(new NodeInput.ActionFailed(send.Id, "no", isFinal, action));
                    break;
                default:
                    break;
            }
        }
    }

    private void See(ulong slot)
    {
        Tell(new NodeInput.SlotObserved(new(slot)));
        Tell(new NodeInput.RoundObserved(_round));
    }

    private void Tell(NodeInput input)
    {
        var outputs = new List<NodeOutput>();
        _core.Handle(input, outputs);
        _journal.AddRange(outputs.OfType<NodeOutput.Record>().Select(record => record.Entry));
        foreach (var output in outputs)
        {
            _outputs.Enqueue(output);
        }
    }
}
