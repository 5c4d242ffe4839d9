using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <content>What a node does in one round, in the order in which it falls due: work, submission, audits, lists.</content>
public sealed partial class TaskNodeCore
{
    /// <summary>All that a node does in one round, in the order in which it falls due.</summary>
    private void Decide(TaskInfo task, RoundState state, Slot slot, ICollection<NodeOutput> outputs)
    {
        var windows = state.Windows;
        state.HasSeenWindow |= slot >= windows.SubmitFrom && slot <= windows.LastSubmit;
        if (state.Info is not { } info)
        {
            if (slot >= windows.ForgetFrom && !state.IsOverdue)
            {
                Close(state, RoundReason.LedgerUnreachable, outputs);
            }

            return;
        }

        if (ReasonToClose(state, info, slot) is { } reason)
        {
            Close(state, reason, outputs);
            return;
        }

        if (!_options.HasTimer)
        {
            return;
        }

        var isParticipant = info.Participants.ContainsKey(Me);
        var hasSubmitted = info.Submissions.ContainsKey(Me);
        if (isParticipant && !hasSubmitted)
        {
            state.Obstacle = !task.IsActive || task.IsMigrated ? RoundReason.TaskInactive
                : task.Stakes.GetValueOrDefault(Me) < task.MinimumStake ? RoundReason.StakeTooLow
                // Nobody works for nothing. What was begun is handed in: a refill may come before it is paid.
                : IsBountyUsedUp(task) && !state.Execute.HasStarted ? RoundReason.BountyUsedUp
                : RoundReason.None;
        }

        if (task.Class is TaskClass.Legacy)
        {
            DecideLegacy(task, state, info, slot, outputs);
            return;
        }

        if (isParticipant && !hasSubmitted && state.Obstacle is RoundReason.None)
        {
            DecideWork(state, slot, outputs);
        }

        if (hasSubmitted && info.AuditBeacon is not null && slot <= info.VotesClose)
        {
            DecideAudits(state, info, slot, outputs);
        }

        if (hasSubmitted && slot >= windows.ListsFrom(0))
        {
            DecideLists(state, info, slot, outputs);
            DecidePayout(task, state, info, slot, outputs);
        }
    }

    private void DecideWork(RoundState state, Slot slot, ICollection<NodeOutput> outputs)
    {
        var windows = state.Windows;
        if (slot >= windows.WorkFrom && slot < windows.SubmitFrom)
        {
            StartWork(state, slot, outputs);
        }

        if (slot < windows.SubmitFrom || slot > windows.LastSubmit)
        {
            return;
        }

        if (state.Submission is { } value)
        {
            // At once, and never after the window: a late submission only costs its fee.
            if (state.SubmissionDelivery.CanSendAt(slot))
            {
                Send(state, state.SubmissionDelivery, new NodeAction.SubmitTask(state.Round, value), outputs);
            }
        }
        else if (state.Execute.IsDone && CanCall(TaskPhase.Submit, state.Submit, slot))
        {
            StartCall(TaskPhase.Submit, state.Submit, state, windows.LastSubmit, outputs);
        }
    }

    private void StartWork(RoundState state, Slot slot, ICollection<NodeOutput> outputs)
    {
        if (CanCall(TaskPhase.Execute, state.Execute, slot))
        {
            if (!state.Execute.HasStarted)
            {
                outputs.Add(Entry(state.Round, JournalEvent.WorkStarted));
            }

            StartCall(TaskPhase.Execute, state.Execute, state, state.Windows.LastSubmit, outputs);
        }

        state.IsDelayed = !state.Execute.HasStarted;
    }

    private void DecideAudits(RoundState state, TaskRoundInfo info, Slot slot, ICollection<NodeOutput> outputs)
    {
        var newDuties = AuditDutiesOf(state.Round).Where(candidate => !state.Asked.Contains(candidate)).ToList();
        if (newDuties.Count > 0)
        {
            state.Audit.Reopen();
            if (CanCall(TaskPhase.Audit, state.Audit, slot))
            {
                state.Asked.UnionWith(newDuties);
                StartCall(TaskPhase.Audit, state.Audit, state, info.VotesClose, outputs);
            }
        }

        foreach (var (candidate, own) in state.Verdicts)
        {
            // From half time on nobody can open an objection any more; one that is open still takes votes.
            var isTaken = own.Verdict is not Verdict.Invalid || slot < info.BackupsFrom || info.Objections.ContainsKey(candidate);
            if (isTaken && own.Delivery.CanSendAt(slot))
            {
                Send(state, own.Delivery, new NodeAction.AuditSubmission(state.Round, candidate, own.Verdict), outputs);
            }
        }
    }

    private void DecideLists(RoundState state, TaskRoundInfo info, Slot slot, ICollection<NodeOutput> outputs)
    {
        var windows = state.Windows;
        var attempt = state.Current;
        var lastList = windows.LastList(info.Attempt);
        if (slot >= windows.ListsFrom(info.Attempt) && slot <= lastList && !info.Lists.ContainsKey(Me))
        {
            if (attempt.List is { } list)
            {
                if (attempt.ListDelivery.CanSendAt(slot))
                {
                    Send(state, attempt.ListDelivery, new NodeAction.UploadAndSubmitList(state.Round, list), outputs);
                }
            }
            else if (IsTurnToWrite(state, info, slot) && CanCall(TaskPhase.Distribute, attempt.Distribute, slot))
            {
                StartCall(TaskPhase.Distribute, attempt.Distribute, state, lastList, outputs);
            }
        }

        var lastAudit = windows.LastListAudit(info.Attempt);
        if (slot > lastAudit)
        {
            return;
        }

        var newDuties = ListAuditDutiesOf(state.Round).Where(author => !attempt.AskedLists.Contains(author)).ToList();
        if (newDuties.Count > 0)
        {
            attempt.AuditLists.Reopen();
            if (CanCall(TaskPhase.AuditDistribution, attempt.AuditLists, slot))
            {
                attempt.AskedLists.UnionWith(newDuties);
                StartCall(TaskPhase.AuditDistribution, attempt.AuditLists, state, lastAudit, outputs);
            }
        }

        foreach (var (author, own) in attempt.ListVerdicts)
        {
            if (own.Delivery.CanSendAt(slot))
            {
                Send(state, own.Delivery, new NodeAction.AuditList(state.Round, author, own.Verdict), outputs);
            }
        }
    }

    private bool IsTurnToWrite(RoundState state, TaskRoundInfo info, Slot slot)
    {
        var rank = info.Leaders.IndexOf(Me);
        if (rank is < 0 or >= ListRanks || !info.HasAccepted)
        {
            return false;
        }

        var isBetterRankThere = info.Leaders.Take(rank).Any(info.Lists.ContainsKey);
        var from = state.Windows.ListsFrom(info.Attempt);
        var share = (state.Windows.LastList(info.Attempt) - from) * (ulong)rank / (ListRanks + 1);
        return !isBetterRankThere && slot >= from + share;
    }
}
