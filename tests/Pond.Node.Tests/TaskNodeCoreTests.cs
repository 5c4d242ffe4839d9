using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using static Pond.Node.Tests.Keys;

namespace Pond.Node.Tests;

/// <summary>
/// One node by scripted inputs. The task starts at slot 100 in rounds of 60 slots with windows of 20, so for round 0: work from 100,
/// submissions 160 to 180, half time 200, votes close with 219, lists 220 to 240, their audit 241 to 260, payout from 261.
/// </summary>
public sealed class TaskNodeCoreTests
{
    private static readonly TaskInfo Task = ModelTask.Info(Me, Ann, Ben, Cid, Dot);

    private readonly List<NodeOutput> _outputs = [];
    private readonly List<JournalEntry> _journal = [];
    private TaskNodeCore _core = NewCore([]);
    private readonly TaskRoundInfo _round = ModelTask.Round(Task, 0);

    [Fact]
    public void Work_starts_when_the_ledger_shows_that_the_node_takes_part()
    {
        Assert.Empty(At(99));
        Assert.Empty(_core.RoundsOfInterest);

        Assert.Empty(See(100, _round with { Participants = Task.Stakes.Clear() }));
        Assert.Equal([new Round(0)], _core.RoundsOfInterest.ToArray());
        var call = Assert.IsType<NodeOutput.CallTask>(Assert.Single(See(101, _round)));

        Assert.Equal((TaskPhase.Execute, new Round(0), new Slot(180)), (call.Phase, call.Round, call.LastSlot));
        Assert.False(call.IsPreviousRoundFailed);
        Assert.Empty(See(102, _round));
    }

    [Fact]
    public void A_node_without_stake_at_the_rounds_first_slot_sits_it_out()
    {
        At(100);
        Assert.Empty(See(100, _round with { Participants = Task.Stakes.Remove(Me) }));

        Assert.Equal(RoundReason.NotAParticipant, Closed());
        Assert.Empty(_core.RoundsOfInterest);
    }

    [Fact]
    public void A_submission_is_asked_for_when_its_window_opens_and_sent_at_once()
    {
        Work();

        Assert.Empty(See(159, _round));
        var call = Assert.IsType<NodeOutput.CallTask>(Assert.Single(See(160, _round)));
        Assert.Equal(TaskPhase.Submit, call.Phase);
        var sent = Assert.IsType<NodeOutput.Send>(Assert.Single(Tell(new NodeInput.SubmissionProduced(new(0), "bafy1"))));

        Assert.Equal(new NodeAction.SubmitTask(new(0), "bafy1"), sent.Action);
        Assert.Empty(Tell(new NodeInput.SubmissionProduced(new(0), "bafy2")));
        Assert.Empty(Tell(new NodeInput.PhaseCompleted(call.Id, Error: null)));
        Assert.Empty(See(161, _round));
    }

    [Fact]
    public void A_submission_that_comes_early_waits_for_its_window()
    {
        Work();

        Assert.Empty(Tell(new NodeInput.SubmissionProduced(new(0), "bafy1")));
        Assert.Empty(At(159));
        Assert.Single(At(160));
    }

    [Theory]
    [InlineData(180, true)]
    [InlineData(181, false)]
    public void A_submission_is_sent_up_to_the_windows_last_slot(ulong slot, bool isSent)
    {
        Work();
        See(160, _round);
        At(slot);

        var outputs = Tell(new NodeInput.SubmissionProduced(new(0), "bafy1"));

        Assert.Equal(isSent, outputs is [NodeOutput.Send]);
    }

    [Fact]
    public void What_comes_too_late_closes_the_round_with_the_reason()
    {
        Work();
        See(160, _round);
        At(181);
        Tell(new NodeInput.SubmissionProduced(new(0), "bafy1"));
        See(181, _round);

        Assert.Equal(RoundReason.WindowClosed, Closed());
    }

    [Fact]
    public void An_observation_from_inside_the_window_does_not_prove_that_a_submission_is_missing()
    {
        Work();
        See(180, _round);
        At(185);

        Assert.Contains(new Round(0), _core.RoundsOfInterest);
    }

    [Fact]
    public void Failing_work_is_tried_three_times_in_its_round_and_then_named_as_the_reason()
    {
        At(100);
        var calls = 0;
        for (ulong slot = 100; slot < 181; slot++)
        {
            foreach (var call in See(slot, _round).OfType<NodeOutput.CallTask>())
            {
                Assert.Equal(TaskPhase.Execute, call.Phase);
                calls++;
                Tell(new NodeInput.PhaseCompleted(call.Id, "boom"));
            }
        }

        See(181, _round);
        Assert.Equal(3, calls);
        Assert.Equal(RoundReason.ExecuteFailed, Closed());
        Assert.Equal(3, _journal.Count(entry => entry is { Event: JournalEvent.CallFailed, Detail: "Execute: boom" }));
    }

    [Fact]
    public void Work_done_without_a_submission_is_named()
    {
        Work();
        var call = Assert.IsType<NodeOutput.CallTask>(Assert.Single(See(160, _round)));
        Tell(new NodeInput.PhaseCompleted(call.Id, Error: null));
        See(181, _round);

        Assert.Equal(RoundReason.NoSubmission, Closed());
    }

    [Fact]
    public void A_submission_that_the_ledger_refuses_for_good_is_not_sent_again()
    {
        var sent = Submit();

        Assert.Empty(Tell(new NodeInput.ActionFailed(sent.Id, "stake too small", IsFinal: true)));
        Assert.Empty(See(170, _round));
        See(181, _round);

        Assert.Equal(RoundReason.RejectedByLedger, Closed());
    }

    [Fact]
    public void A_submission_that_failed_for_now_is_sent_again_after_a_pause_with_the_same_value()
    {
        var sent = Submit();

        Assert.Empty(Tell(new NodeInput.ActionFailed(sent.Id, "connection refused", IsFinal: false)));
        Assert.Empty(See(161, _round));
        var again = Assert.IsType<NodeOutput.Send>(Assert.Single(See(162, _round)));

        Assert.Equal(sent.Action, again.Action);
        Assert.NotEqual(sent.Id, again.Id);
    }

    [Fact]
    public void A_lost_answer_is_cleared_up_by_the_ledger_when_the_submission_is_there()
    {
        var sent = Submit();

        Assert.Empty(Tell(new NodeInput.ActionUnknown(sent.Id)));
        Assert.Empty(At(165));
        Assert.Empty(See(166, WithSubmissions(_round)));

        Assert.Contains(_journal, entry => entry.Event is JournalEvent.SubmissionAccepted);
        Assert.Empty(See(175, WithSubmissions(_round)));
    }

    [Fact]
    public void A_submission_that_is_seen_before_its_answer_comes_is_recorded_once_and_with_its_signature()
    {
        var sent = Submit();
        var signature = new Signature([.. Enumerable.Repeat((byte)1, Signature.SizeBytes)]);

        Assert.Empty(See(161, WithSubmissions(_round)));
        Assert.DoesNotContain(_journal, entry => entry.Event is JournalEvent.SubmissionAccepted);
        Assert.Empty(Tell(new NodeInput.ActionConfirmed(sent.Id, new(161), signature)));
        Assert.Empty(See(162, WithSubmissions(_round)));

        Assert.Equal(signature, Assert.Single(_journal, entry => entry.Event is JournalEvent.SubmissionAccepted).Signature);
    }

    [Fact]
    public void A_lost_answer_leads_to_another_try_only_when_a_later_look_at_the_ledger_shows_nothing()
    {
        var sent = Submit();

        Assert.Empty(Tell(new NodeInput.ActionUnknown(sent.Id)));
        Assert.Empty(See(160, _round));
        Assert.Empty(At(161));
        Assert.Empty(See(161, _round));
        Assert.Equal(sent.Action, Assert.IsType<NodeOutput.Send>(Assert.Single(At(163))).Action);
    }

    [Fact]
    public void A_restarted_node_goes_on_where_its_journal_ends()
    {
        var sent = Submit();
        _core = NewCore(_journal);

        Assert.Empty(At(161));
        Assert.Equal(sent.Action, Assert.IsType<NodeOutput.Send>(Assert.Single(See(161, _round))).Action);
    }

    [Fact]
    public void A_restarted_node_whose_submission_is_on_the_ledger_does_nothing()
    {
        Submit();
        _core = NewCore([]);

        Assert.Empty(At(161));
        Assert.Empty(See(161, WithSubmissions(_round)));
    }

    [Fact]
    public void A_restarted_node_that_missed_the_round_says_so()
    {
        At(170);
        See(170, _round);
        See(181, _round);

        Assert.Equal(RoundReason.NodeAbsent, Closed());
    }

    [Fact]
    public void Audits_are_asked_for_once_the_beacon_is_there_and_verdicts_are_sent_as_they_come()
    {
        var audited = WithAuditors(WithSubmissions(_round));
        At(182);
        Assert.Empty(See(182, WithSubmissions(_round)));
        var call = Assert.IsType<NodeOutput.CallTask>(Assert.Single(See(183, audited)));

        Assert.Equal((TaskPhase.Audit, new Slot(219)), (call.Phase, call.LastSlot));
        Assert.Equal([Ann, Ben, Cid, Dot], _core.AuditDutiesOf(new(0)).ToArray());
        var sent = Assert.IsType<NodeOutput.Send>(Assert.Single(Tell(new NodeInput.VerdictGiven(new(0), Ann, Verdict.Valid))));
        Assert.Equal(new NodeAction.AuditSubmission(new(0), Ann, Verdict.Valid), sent.Action);
        Assert.Equal([Ben, Cid, Dot], _core.AuditDutiesOf(new(0)).ToArray());

        // The first verdict stands; a task that does not answer for a candidate is not asked about it again.
        Assert.Empty(Tell(new NodeInput.VerdictGiven(new(0), Ann, Verdict.Invalid)));
        Assert.Empty(Tell(new NodeInput.PhaseCompleted(call.Id, Error: null)));
        Assert.Empty(See(190, audited));
    }

    [Fact]
    public void A_verdict_on_somebody_who_submitted_nothing_is_dropped()
    {
        At(183);
        See(183, WithAuditors(WithSubmissions(_round)));

        Assert.Empty(Tell(new NodeInput.VerdictGiven(new(0), Keys.Of(99), Verdict.Invalid)));
        Assert.Empty(Tell(new NodeInput.VerdictGiven(new(0), Me, Verdict.Valid)));
        Assert.DoesNotContain(_journal, entry => entry.Event is JournalEvent.VerdictGiven);
    }

    [Fact]
    public void A_failed_audit_call_is_repeated_for_what_it_left_unanswered()
    {
        var audited = WithAuditors(WithSubmissions(_round));
        At(183);
        var call = (NodeOutput.CallTask)See(183, audited)[0];
        Tell(new NodeInput.VerdictGiven(new(0), Ann, Verdict.Valid));

        Assert.Empty(Tell(new NodeInput.PhaseCompleted(call.Id, "boom")));
        Assert.IsType<NodeOutput.CallTask>(Assert.Single(See(185, audited)));
        Assert.Equal([Ben, Cid, Dot], _core.AuditDutiesOf(new(0)).ToArray());
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void An_accusation_is_made_until_half_time(ulong slot, bool isSent)
    {
        At(183);
        See(183, WithAuditors(WithSubmissions(_round)));
        At(slot);

        Assert.Equal(isSent, Tell(new NodeInput.VerdictGiven(new(0), Ann, Verdict.Invalid)) is [NodeOutput.Send]);
    }

    [Theory]
    [InlineData(219, true)]
    [InlineData(220, false)]
    public void A_vote_on_an_open_objection_is_sent_until_votes_close(ulong slot, bool isSent)
    {
        At(183);
        See(183, WithObjection(WithAuditors(WithSubmissions(_round)), Ann));
        At(slot);

        Assert.Equal(isSent, Tell(new NodeInput.VerdictGiven(new(0), Ann, Verdict.Invalid)) is [NodeOutput.Send]);
    }

    [Fact]
    public void A_seat_of_an_objection_is_a_new_duty()
    {
        var submitted = WithSubmissions(_round) with { AuditBeacon = "00", AuditorsPerSubmission = 1 };
        At(183);
        Assert.Empty(See(183, submitted));

        Assert.IsType<NodeOutput.CallTask>(Assert.Single(See(190, WithObjection(submitted, Ben))));
        Assert.Equal([Ben], _core.AuditDutiesOf(new(0)).ToArray());
    }

    [Fact]
    public void The_first_leader_writes_the_list_when_its_window_opens()
    {
        var call = Assert.IsType<NodeOutput.CallTask>(Assert.Single(SeeJudged(220, Me, Ann, Ben)));

        Assert.Equal((TaskPhase.Distribute, new Slot(240), false), (call.Phase, call.LastSlot, call.IsPreviousRoundFailed));
        var sent = Assert.IsType<NodeOutput.Send>(Assert.Single(Tell(new NodeInput.ListProduced(new(0), "{}"))));
        Assert.Equal(new NodeAction.UploadAndSubmitList(new(0), "{}"), sent.Action);
        Assert.Empty(Tell(new NodeInput.ListProduced(new(0), "{ }")));
    }

    [Theory]
    [InlineData(1, 225)]
    [InlineData(2, 230)]
    public void Later_leaders_step_in_after_a_share_of_the_window(int rank, ulong firstSlot)
    {
        var leaders = new[] { Ann, Ben, Cid };
        leaders[rank] = Me;

        Assert.Empty(SeeJudged(firstSlot - 1, [.. leaders]));
        Assert.Single(SeeJudged(firstSlot, [.. leaders]).OfType<NodeOutput.CallTask>());
    }

    [Fact]
    public void A_later_leader_leaves_it_to_a_better_rank_whose_list_is_there()
    {
        At(220);
        Assert.Empty(See(239, Judged(Ann, Me) with { Lists = Lists((Ann, [], [])) }));
    }

    [Fact]
    public void Nobody_writes_a_list_when_nobody_is_to_be_paid()
    {
        At(220);
        var outcomes = Judged(Me).Outcomes.ToImmutableSortedDictionary(pair => pair.Key, _ => SubmissionOutcome.Slashed);

        Assert.Empty(See(220, Judged(Me) with { Outcomes = outcomes }));
    }

    [Fact]
    public void A_list_is_audited_when_the_node_is_drawn()
    {
        At(242);
        Assert.Empty(See(242, Judged(Ann, Ben) with { Lists = Lists((Ann, [Ben, Cid], [])) }));
        var drawn = Judged(Ann, Ben) with { Lists = Lists((Ann, [Ben, Me], [])) };
        var call = Assert.IsType<NodeOutput.CallTask>(Assert.Single(See(243, drawn)));
        Assert.Equal((TaskPhase.AuditDistribution, new Slot(260)), (call.Phase, call.LastSlot));
        Assert.Equal([Ann], _core.ListAuditDutiesOf(new(0)).ToArray());

        var sent = Assert.IsType<NodeOutput.Send>(
            Assert.Single(Tell(new NodeInput.ListVerdictGiven(new(0), Ann, Verdict.Valid))));
        Assert.Equal(new NodeAction.AuditList(new(0), Ann, Verdict.Valid), sent.Action);
    }

    [Theory]
    [InlineData(0, 261)]
    [InlineData(1, 265)]
    [InlineData(2, 265)]
    [InlineData(3, 269)]
    public void The_leader_settles_the_round_and_the_others_follow_in_steps(int rank, ulong firstSlot)
    {
        var leaders = new List<Pubkey> { Ann, Ben, Cid };
        leaders.Insert(rank, Me);
        var listed = Judged([.. leaders]) with { Lists = Lists((leaders[0], [], [])) };

        At(firstSlot - 1);
        Assert.Empty(See(firstSlot - 1, listed).OfType<NodeOutput.Send>());
        var sent = Assert.IsType<NodeOutput.Send>(Assert.Single(See(firstSlot, listed)));
        Assert.Equal(new NodeAction.Payout(new(0), leaders[0]), sent.Action);
    }

    [Fact]
    public void The_list_of_the_best_rank_that_was_not_rejected_is_paid()
    {
        var lists = Lists(
            (Ann, new[] { Me, Ben, Cid }, new[] { (Me, Verdict.Invalid), (Ben, Verdict.Invalid), (Cid, Verdict.Valid) }),
            (Ben, new[] { Me, Cid, Dot }, new[] { (Me, Verdict.Valid), (Cid, Verdict.Valid) }));
        At(265);

        var sent = Assert.Single(See(265, Judged(Ann, Me, Ben) with { Lists = lists }).OfType<NodeOutput.Send>());

        Assert.Equal(new NodeAction.Payout(new(0), Ben), sent.Action);
    }

    [Fact]
    public void Slashes_and_bonds_are_settled_even_when_nobody_is_to_be_paid()
    {
        // No list is waited for: the ledger counts on, but whatever attempt it is at, the round can be settled from slot 261 on.
        var judged = Judged() with { Outcomes = Outcomes(SubmissionOutcome.Unpaid), Attempt = 1, ListsFrom = new Slot(280) };

        Assert.Empty(See(260, judged).OfType<NodeOutput.Send>());
        Assert.Equal(new NodeAction.Payout(new(0), Author: null), Assert.Single(At(261).OfType<NodeOutput.Send>()).Action);
    }

    [Fact]
    public void A_round_whose_attempts_have_all_failed_is_settled_at_once()
    {
        var exhausted = Judged() with { Attempt = 3, ListsFrom = new Slot(400), Payout = PayoutRecord.PayoutFailed };

        At(380);
        Assert.Empty(See(380, exhausted).OfType<NodeOutput.Send>());
        Assert.Equal(
            new NodeAction.Payout(new(0), Author: null), Assert.Single(At(381).OfType<NodeOutput.Send>()).Action);
    }

    [Fact]
    public void A_failed_attempt_leads_to_a_new_list_in_the_next_round()
    {
        var retried = Judged(Me) with { Attempt = 1, ListsFrom = new Slot(280), Payout = PayoutRecord.PayoutFailed };
        Assert.Single(SeeJudged(220, Me));
        Tell(new NodeInput.ListProduced(new(0), "{}"));

        See(270, retried);
        Assert.Empty(OfRound0(At(279)));
        Assert.Empty(OfRound0(At(280)));
        // The call of the first attempt is still out: a phase is called for one round at a time.
        var call = Assert.IsType<NodeOutput.CallTask>(Assert.Single(Tell(new NodeInput.PhaseCompleted(1, Error: null))));

        Assert.Equal((TaskPhase.Distribute, true), (call.Phase, call.IsPreviousRoundFailed));
    }

    [Fact]
    public void A_paid_round_is_closed_with_what_it_brought()
    {
        At(262);
        See(262, Judged(Ann) with
        {
            Payout = PayoutRecord.PayoutSuccessful,
            IsSettled = true,
            Rewards = Task.Stakes.Clear().Add(Me, new Lamports(70)),
            AuditPay = Task.Stakes.Clear().Add(Me, new Lamports(5)),
            SlashShares = Task.Stakes.Clear().Add(Me, new Lamports(1)),
            Slashes = Task.Stakes.Clear().Add(Me, new Lamports(2)),
        });

        var closing = Assert.Single(_journal, entry => entry.Event is JournalEvent.RoundClosed);
        Assert.Equal((new Lamports(76), new Lamports(2), RoundReason.None), (closing.Earned, closing.Lost, closing.Reason));
        var progress = Assert.Single(_core.Progress, progress => progress.Round == new Round(0));
        Assert.True(progress.IsClosed);
        Assert.Equal(new Lamports(76), progress.Earned);
    }

    [Theory]
    [InlineData(SubmissionOutcome.Accepted, RoundReason.NothingDue)]
    [InlineData(SubmissionOutcome.Slashed, RoundReason.Slashed)]
    [InlineData(SubmissionOutcome.Unpaid, RoundReason.UnpaidTooFewVerdicts)]
    public void A_round_paid_to_others_only_says_why(SubmissionOutcome outcome, RoundReason reason)
    {
        At(262);
        See(262, Judged(Ann) with
        {
            Outcomes = Outcomes(SubmissionOutcome.Accepted).SetItem(Me, outcome),
            Payout = PayoutRecord.PayoutSuccessful,
            IsSettled = true,
        });

        Assert.Equal(reason, Closed());
    }

    [Theory]
    [InlineData(false, RoundReason.NoList)]
    [InlineData(true, RoundReason.ListsRejected)]
    public void A_round_whose_attempts_are_used_up_says_why(bool hadList, RoundReason reason)
    {
        At(262);
        See(262, Judged(Ann) with { Lists = hadList ? Lists((Ann, [], [])) : Lists() });
        See(390, Judged() with { Attempt = 3, Payout = PayoutRecord.PayoutFailed, IsSettled = true });

        Assert.Equal(reason, Closed());
    }

    [Fact]
    public void Earnings_are_claimed_once_and_again_when_more_came_in()
    {
        Assert.Empty(At(99));
        var sent = Assert.IsType<NodeOutput.Send>(Assert.Single(SeeBalance(99, 70)));
        Assert.Equal(new NodeAction.Claim(new Lamports(70)), sent.Action);
        Assert.Empty(SeeBalance(99, 75));

        Assert.Empty(Tell(new NodeInput.ActionConfirmed(sent.Id, new Slot(99), default)));
        Assert.Empty(SeeBalance(99, 75));
        At(100);
        Assert.Empty(SeeBalance(100, 0));
        Assert.Equal(
            new NodeAction.Claim(new Lamports(5)), Assert.IsType<NodeOutput.Send>(Assert.Single(SeeBalance(101, 5))).Action);
    }

    [Fact]
    public void A_jump_over_whole_rounds_closes_what_was_open()
    {
        At(100);
        See(100, _round);
        At(5000);

        Assert.All(_core.RoundsOfInterest, round => Assert.InRange(round.Value, 76UL, 81UL));
        Assert.Contains(_journal, entry => entry.Event is JournalEvent.RoundClosed && entry.Round == new Round(0));
    }

    private static TaskNodeCore NewCore(IEnumerable<JournalEntry> journal)
    {
        var core = new TaskNodeCore(new TaskNodeOptions { StakingKey = Me }, journal);
        core.Handle(new NodeInput.TaskObserved(Task), []);
        return core;
    }

    private static TaskRoundInfo WithSubmissions(TaskRoundInfo round) =>
        round with
        {
            Submissions = Task.Stakes.ToImmutableSortedDictionary(
                pair => pair.Key, pair => new RoundSubmission($"of {pair.Key}", new Slot(170))),
        };

    private static TaskRoundInfo WithAuditors(TaskRoundInfo round) =>
        round with
        {
            AuditBeacon = "00",
            AuditorsPerSubmission = 4,
            Auditors = round.Submissions.Keys.ToImmutableSortedDictionary(
                key => key, key => round.Submissions.Keys.Where(other => other != key).ToImmutableArray()),
        };

    private static TaskRoundInfo WithObjection(TaskRoundInfo round, Pubkey candidate) =>
        round with
        {
            Objections = round.Objections.Add(
                candidate,
                new Objection(Cid, new Slot(190), [.. round.Submissions.Keys.Where(key => key != candidate)], new Lamports(1))),
        };

    private static ImmutableSortedDictionary<Pubkey, SubmissionOutcome> Outcomes(SubmissionOutcome outcome) =>
        Task.Stakes.Keys.ToImmutableSortedDictionary(key => key, _ => outcome);

    private static ImmutableSortedDictionary<Pubkey, RoundList> Lists(
        params (Pubkey Author, Pubkey[] Auditors, (Pubkey Voter, Verdict Verdict)[] Verdicts)[] lists) =>
        lists.ToImmutableSortedDictionary(
            list => list.Author,
            list => new RoundList(
                new Slot(222),
                default,
                [.. list.Auditors],
                [.. list.Verdicts.Select(verdict => new GivenVerdict(verdict.Voter, verdict.Verdict, new Slot(245)))]));

    private static List<NodeOutput> OfRound0(IEnumerable<NodeOutput> outputs) =>
        [.. outputs.Where(output => output is not NodeOutput.CallTask call || call.Round == new Round(0))];

    private TaskRoundInfo Judged(params ImmutableArray<Pubkey> leaders) =>
        WithAuditors(WithSubmissions(_round)) with
        {
            Outcomes = Outcomes(SubmissionOutcome.Accepted),
            // Everybody has judged everybody: no audit is left to do.
            Verdicts = Task.Stakes.Keys.ToImmutableSortedDictionary(
                key => key,
                key => Task.Stakes.Keys.Where(other => other != key)
                    .Select(other => new GivenVerdict(other, Verdict.Valid, new Slot(190))).ToImmutableArray()),
            Leaders = leaders,
        };

    private List<NodeOutput> SeeJudged(ulong slot, params ImmutableArray<Pubkey> leaders) => See(slot, Judged(leaders));

    private void Work()
    {
        At(100);
        var call = (NodeOutput.CallTask)See(100, _round)[0];
        Assert.Empty(Tell(new NodeInput.PhaseCompleted(call.Id, Error: null)));
    }

    private NodeOutput.Send Submit()
    {
        Work();
        See(160, _round);
        return (NodeOutput.Send)Tell(new NodeInput.SubmissionProduced(new(0), "bafy1"))[0];
    }

    private RoundReason Closed() =>
        Assert.Single(_journal, entry => entry is { Event: JournalEvent.RoundClosed } && entry.Round == new Round(0)).Reason;

    private List<NodeOutput> At(ulong slot) => Tell(new NodeInput.SlotObserved(new Slot(slot)));

    private List<NodeOutput> See(ulong slot, TaskRoundInfo round) => [.. At(slot), .. Tell(new NodeInput.RoundObserved(round))];

    private List<NodeOutput> SeeBalance(ulong slot, ulong lamports) =>
    [
        .. At(slot),
        .. Tell(new NodeInput.TaskObserved(Task with
        {
            AvailableBalances = Task.AvailableBalances.SetItem(Me, new Lamports(lamports)),
        })),
    ];

    private List<NodeOutput> Tell(NodeInput input)
    {
        _outputs.Clear();
        _core.Handle(input, _outputs);
        _journal.AddRange(_outputs.OfType<NodeOutput.Record>().Select(record => record.Entry));
        return [.. _outputs.Where(output => output is not NodeOutput.Record)];
    }
}
