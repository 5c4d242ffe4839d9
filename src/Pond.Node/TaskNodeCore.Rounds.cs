using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <content>Rounds are opened as slots pass and closed with a reason.</content>
public sealed partial class TaskNodeCore
{
    /// <summary>How many rounds are accounted for at most that passed while the node was away.</summary>
    public const ulong RoundsCaughtUp = 300;

    /// <summary>How many verdicts on this node's submission a closed round keeps: all auditors and backups, and many of a jury.</summary>
    internal const int VerdictsRecorded = 64;

    private void OpenRounds(TaskInfo task, Slot slot, ICollection<NodeOutput> outputs)
    {
        if (slot < task.StartingSlot)
        {
            return;
        }

        var current = task.RoundAt(slot);
        // Attempts to pay a round go on for this long after it.
        var lookBack = 3 + task.AllowedFailedDistributions;
        var oldest = current.Value > lookBack ? new Round(current.Value - lookBack) : default;
        if (!_hasCaughtUp)
        {
            _hasCaughtUp = true;
            CatchUp(task, oldest, outputs);
        }

        for (var round = _firstOpen > oldest ? _firstOpen : oldest; round <= current; round += 1)
        {
            var restored = _restored.GetValueOrDefault(round);
            var state = new RoundState(round, new RoundWindows(task, round))
            {
                Submission = restored.Submission,
                IsClosed = restored.IsClosed,
                Reason = restored.Reason,
                Earned = restored.Earned,
                Lost = restored.Lost,
            };
            // What an earlier run has recorded is not recorded again.
            state.SubmissionDelivery.IsRecorded = restored.IsAccepted;
            if (restored.IsWorkDone)
            {
                state.Execute.Restored();
            }

            _rounds.Add(round, state);
            _firstOpen = round + 1;
        }

        while (_rounds.Values.Count(state => state.IsClosed) > ClosedRoundsKept)
        {
            _rounds.Remove(_rounds.Values.First(state => state.IsClosed).Round);
        }
    }

    /// <summary>What a node was away for is accounted for: what it had submitted may have been paid, in the rest it did nothing.</summary>
    private void CatchUp(TaskInfo task, Round oldest, ICollection<NodeOutput> outputs)
    {
        if (_restored.Count == 0)
        {
            return;
        }

        var first = _restored.Keys.Min();
        var earliest = oldest.Value > RoundsCaughtUp ? new Round(oldest.Value - RoundsCaughtUp) : default;
        for (var round = first > earliest ? first : earliest; round < oldest; round += 1)
        {
            var restored = _restored.GetValueOrDefault(round);
            if (restored.IsClosed)
            {
                continue;
            }

            var state = new RoundState(round, new RoundWindows(task, round)) { Submission = restored.Submission, IsOverdue = true };
            state.SubmissionDelivery.IsRecorded = restored.IsAccepted;
            _rounds.Add(round, state);
            if (restored.Submission is null)
            {
                Close(state, RoundReason.NodeAbsent, outputs);
            }
        }
    }

    // While a round's work lasts, all there is to learn of it on the ledger is who takes part.
    private bool IsOfInterest(RoundState state) =>
        !state.IsClosed && (state.Info is not { Participants.IsEmpty: false } || _slot >= state.Windows.SubmitFrom);

    private RoundState? Open(Round round) =>
        _rounds.TryGetValue(round, out var state) && !state.IsClosed ? state : null;

    private void Close(RoundState state, RoundReason reason, ICollection<NodeOutput> outputs)
    {
        state.IsClosed = true;
        state.Reason = reason;
        string? detail = null;
        if (state.Info is { } info)
        {
            var (list, audits, shares) = (info.Rewards.GetValueOrDefault(Me), info.AuditPay.GetValueOrDefault(Me), info.SlashShares.GetValueOrDefault(Me));
            state.Earned = list + audits + shares;
            state.Lost = info.Slashes.GetValueOrDefault(Me);
            detail = state.Earned == Lamports.Zero ? null : $"by the list {list}, for audits {audits}, of slashes {shares}";
            foreach (var verdict in info.Verdicts.GetValueOrDefault(Me, []).Take(VerdictsRecorded))
            {
                outputs.Add(Entry(state.Round, JournalEvent.VerdictReceived, verdict.Voter, $"{verdict.Verdict}"));
            }
        }

        outputs.Add(new NodeOutput.Record(new JournalEntry(_slot!.Value, state.Round, JournalEvent.RoundClosed)
        {
            Detail = detail,
            Earned = state.Earned,
            Lost = state.Lost,
            Expected = ExpectedOf(state),
            Reason = reason,
        }));
        WatchSubmissions(state, reason, outputs);
    }

    private Lamports ExpectedOf(RoundState state)
    {
        if (state.Info is not { } info || !info.Participants.ContainsKey(Me))
        {
            return Lamports.Zero;
        }

        var submissions = info.SubmissionCount + (info.Submissions.ContainsKey(Me) ? 0 : 1);
        return _task!.BountyPerRound.SplitEqually(submissions).Part;
    }

    // As the original's screens have it: what is left does not pay a round, and lists of a whole round's pay are refused.
    private static bool IsBountyUsedUp(TaskInfo task) => task.TotalBounty < task.BountyPerRound;

    private NodeOutput.Record Entry(
        Round? round, JournalEvent happened, Pubkey? about = null, string? detail = null, Signature? signature = null, Lamports fee = default) =>
        new(new JournalEntry(_slot.GetValueOrDefault(), round, happened) { About = about, Detail = detail, Signature = signature, Fee = fee });

    private RoundProgress ToProgress(RoundState state)
    {
        var info = state.Info;
        var received = info is not null && info.Verdicts.TryGetValue(Me, out var verdicts) ? verdicts : [];
        return new RoundProgress
        {
            Round = state.Round,
            Work = state.Execute.IsDone ? WorkState.Done
                : state.Execute is { Fault: not PhaseFault.None, IsOut: false } ? WorkState.Failed
                : state.Execute.HasStarted ? WorkState.Running
                : WorkState.NotStarted,
            Submission = state.Submission ?? info?.Submissions.GetValueOrDefault(Me)?.Value,
            IsSubmitted = info?.Submissions.ContainsKey(Me) ?? false,
            AuditsMade = info?.Verdicts.Values.Count(given => AuditDuties.HasSpoken(given, Me)) ?? 0,
            ValidReceived = received.Count(verdict => verdict.Verdict is Verdict.Valid),
            InvalidReceived = received.Count(verdict => verdict.Verdict is Verdict.Invalid),
            Outcome = info?.Outcomes.GetValueOrDefault(Me) ?? SubmissionOutcome.Pending,
            HasList = info?.Lists.ContainsKey(Me) ?? false,
            ListAuditsMade = info?.Lists.Values.Count(list => AuditDuties.HasSpoken(list.Verdicts, Me)) ?? 0,
            Payout = info?.Payout ?? PayoutRecord.Uninitialized,
            Earned = state.Earned,
            Lost = state.Lost,
            IsClosed = state.IsClosed,
            Reason = state.Reason,
        };
    }

    /// <summary>Why nothing more can happen in the round, with <see cref="RoundReason.None"/> for a good end; null while something can.</summary>
    private RoundReason? ReasonToClose(RoundState state, TaskRoundInfo info, Slot slot)
    {
        // Only an observation that is later than a window can say that something did not come in it.
        var isSubmissionOver = state.InfoSlot > state.Windows.LastSubmit || slot >= state.Windows.ForgetFrom;
        if (!info.Submissions.ContainsKey(Me))
        {
            var isKnownOutsider = info.HasParticipants || isSubmissionOver;
            return !info.Participants.ContainsKey(Me) && isKnownOutsider ? RoundReason.NotAParticipant
                : isSubmissionOver ? WhyNoSubmission(state)
                : null;
        }

        var outcome = info.Outcomes.GetValueOrDefault(Me);
        return !info.IsSettled ? (slot >= state.Windows.ForgetFrom ? RoundReason.PayoutMissing : null)
            : outcome is SubmissionOutcome.Slashed ? RoundReason.Slashed
            : !IsPaid(outcome) ? (info.Objections.ContainsKey(Me) ? RoundReason.UnpaidOutvoted : RoundReason.UnpaidTooFewVerdicts)
            : info.Rewards.ContainsKey(Me) ? RoundReason.None
            : info.Payout is PayoutRecord.PayoutSuccessful ? (IsBountyUsedUp(_task!) ? RoundReason.BountyUsedUp : RoundReason.NothingDue)
            : state.HasSeenList ? RoundReason.ListsRejected
            : IsBountyUsedUp(_task!) ? RoundReason.BountyUsedUp
            : RoundReason.NoList;
    }

    private RoundReason WhyNoSubmission(RoundState state) =>
        state.Obstacle is not RoundReason.None ? state.Obstacle
        : state.SubmissionFault is ActionFault.OutOfFunds ? RoundReason.OutOfFunds
        : state.SubmissionFault is ActionFault.Unreachable ? RoundReason.LedgerUnreachable
        : state.SubmissionDelivery.IsGivenUp ? RoundReason.RejectedByLedger
        : state.Submission is not null ? (state.HasSeenWindow ? RoundReason.WindowClosed : WhyNothingWasSeen(state.Windows.SubmitFrom))
        : state.Submit.IsDone ? RoundReason.NoSubmission
        : state.Submit.Fault is not PhaseFault.None ? WhyFailed(state.Submit.Fault, RoundReason.SubmitFailed)
        : state.Execute.IsDone ? (state.HasSeenWindow ? RoundReason.TaskTooSlow : WhyNothingWasSeen(state.Windows.SubmitFrom))
        : state.Execute.Fault is not PhaseFault.None ? WhyFailed(state.Execute.Fault, RoundReason.ExecuteFailed)
        : state.Execute.HasStarted || state.IsDelayed ? RoundReason.TaskTooSlow
        : WhyNothingWasSeen(state.Windows.WorkFrom);

    private static RoundReason WhyFailed(PhaseFault fault, RoundReason failed) =>
        fault switch
        {
            PhaseFault.TooSlow => RoundReason.TaskTooSlow,
            PhaseFault.Hung => RoundReason.TaskHung,
            PhaseFault.NotRunning => RoundReason.TaskDown,
            _ => failed,
        };

    // Who was there from the beginning and saw nothing was cut off.
    private RoundReason WhyNothingWasSeen(Slot from) =>
        _firstSlot <= from ? RoundReason.LedgerUnreachable : RoundReason.NodeAbsent;

    private static bool IsPaid(SubmissionOutcome outcome) => outcome is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited;

    /// <summary>What a journal says of one round.</summary>
    private readonly record struct Restored(
        bool IsWorkDone, string? Submission, bool IsAccepted, bool IsClosed, RoundReason Reason, Lamports Earned, Lamports Lost)
    {
        internal Restored After(JournalEntry entry) =>
            entry.Event switch
            {
                JournalEvent.WorkDone => this with { IsWorkDone = true },
                JournalEvent.SubmissionProduced => this with { Submission = entry.Detail },
                JournalEvent.SubmissionAccepted => this with { IsAccepted = true },
                JournalEvent.RoundClosed => this with
                {
                    IsClosed = true,
                    Reason = entry.Reason,
                    Earned = entry.Earned,
                    Lost = entry.Lost,
                },
                _ => this,
            };
    }
}
