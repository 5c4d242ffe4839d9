using System.Buffers.Binary;
using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <content>
/// Legacy tasks: the bundle chooses whom it audits, whether it writes the list, and what it votes; the node only calls it at the right
/// times and carries what it says to the ledger. docs/protocol/javascript-tasks.md, "When a bundle is called".
/// </content>
public sealed partial class TaskNodeCore
{
    /// <summary>How many submissions a task that asks for its duties is given in a legacy task, besides those that are objected to.</summary>
    internal const int LegacyAudits = 5;

    private void DecideLegacy(
        TaskInfo task, RoundState state, TaskRoundInfo info, Slot slot, ICollection<NodeOutput> outputs)
    {
        var hasSubmitted = info.Submissions.ContainsKey(Me);
        if (!hasSubmitted && state.Obstacle is RoundReason.None && info.Participants.ContainsKey(Me))
        {
            DecideLegacyWork(task, state, slot, outputs);
        }

        if (task.Stakes.GetValueOrDefault(Me) >= task.MinimumStake && slot <= info.VotesClose)
        {
            DecideLegacyAudits(task, state, info, slot, outputs);
        }

        if (hasSubmitted && slot >= state.Windows.ListsFrom(0))
        {
            DecideLegacyLists(task, state, info, slot, outputs);
            DecidePayout(task, state, info, slot, outputs);
        }
    }

    private void DecideLegacyWork(TaskInfo task, RoundState state, Slot slot, ICollection<NodeOutput> outputs)
    {
        var windows = state.Windows;
        if (slot >= windows.WorkFrom && slot < windows.SubmitFrom)
        {
            // A node that comes late sits the round out: work that begins after half time seldom ends in time.
            var isInTime = state.Execute.HasStarted || (slot - windows.WorkFrom) * 2 < task.RoundTime;
            if (isInTime)
            {
                StartWork(state, slot, outputs);
            }

            return;
        }

        if (slot < windows.SubmitFrom || slot > windows.LastSubmit)
        {
            return;
        }

        if (state.Submission is { } value)
        {
            if (state.SubmissionDelivery.CanSendAt(slot))
            {
                Send(state, state.SubmissionDelivery, new NodeAction.SubmitTask(state.Round, value), outputs);
            }
        }
        else if (state.Execute.HasStarted && slot >= windows.SubmitFrom + Spread(state.Round, task.SubmissionWindow / 4)
            && CanCall(TaskPhase.Submit, state.Submit, slot))
        {
            // Whether the work is done the task knows; most don't tell.
            StartCall(TaskPhase.Submit, state.Submit, state, windows.LastSubmit, outputs);
        }
    }

    private void DecideLegacyAudits(
        TaskInfo task, RoundState state, TaskRoundInfo info, Slot slot, ICollection<NodeOutput> outputs)
    {
        var hasOthers = info.Submissions.Count > (info.Submissions.ContainsKey(Me) ? 1 : 0);
        var from = state.Windows.LastSubmit + 1 + Spread(state.Round, task.AuditWindow / 3);
        if (hasOthers && slot >= from && CanCall(TaskPhase.Audit, state.Audit, slot))
        {
            StartCall(TaskPhase.Audit, state.Audit, state, info.VotesClose, outputs);
        }

        foreach (var (candidate, own) in state.Verdicts)
        {
            if (own.Delivery.CanSendAt(slot))
            {
                Send(state, own.Delivery, new NodeAction.AuditSubmission(state.Round, candidate, own.Verdict), outputs);
            }
        }
    }

    private void DecideLegacyLists(
        TaskInfo task, RoundState state, TaskRoundInfo info, Slot slot, ICollection<NodeOutput> outputs)
    {
        var (windows, attempt) = (state.Windows, state.Current);
        var lastList = windows.LastList(info.Attempt);
        if (slot >= windows.ListsFrom(info.Attempt) + 1 && slot <= lastList && !info.Lists.ContainsKey(Me))
        {
            if (attempt.List is { } list)
            {
                if (attempt.ListDelivery.CanSendAt(slot))
                {
                    Send(state, attempt.ListDelivery, new NodeAction.UploadAndSubmitList(state.Round, list), outputs);
                }
            }
            else if (CanCall(TaskPhase.Distribute, attempt.Distribute, slot))
            {
                StartCall(TaskPhase.Distribute, attempt.Distribute, state, lastList, outputs);
            }
        }

        var lastAudit = windows.LastListAudit(info.Attempt);
        if (slot > lastAudit)
        {
            return;
        }

        var from = lastList + 1 + Spread(state.Round, task.AuditWindow / 3);
        if (slot >= from && info.Lists.Keys.Any(author => author != Me) && CanCall(TaskPhase.AuditDistribution, attempt.AuditLists, slot))
        {
            StartCall(TaskPhase.AuditDistribution, attempt.AuditLists, state, lastAudit, outputs);
        }

        foreach (var (author, own) in attempt.ListVerdicts)
        {
            if (own.Delivery.CanSendAt(slot))
            {
                Send(state, own.Delivery, new NodeAction.AuditList(state.Round, author, own.Verdict), outputs);
            }
        }
    }

    /// <summary>Those that are objected to, and the next ones in key order: everybody is somebody's.</summary>
    private ImmutableArray<Pubkey> LegacyAuditDuties(RoundState state, TaskRoundInfo info)
    {
        var others = info.Submissions.Keys.Where(key => key != Me).ToList();
        var next = others.Where(key => key.CompareTo(Me) > 0).Concat(others).Take(LegacyAudits);
        return
        [
            .. others.Where(key => info.Objections.ContainsKey(key)).Concat(next).Distinct()
                .Where(key => !state.Verdicts.ContainsKey(key) && !AuditDuties.HasSpoken(info.Verdicts.GetValueOrDefault(key), Me)),
        ];
    }

    private ImmutableArray<Pubkey> LegacyListAuditDuties(RoundState state, TaskRoundInfo info) =>
    [
        .. info.Lists.Where(list => list.Key != Me && !AuditDuties.HasSpoken(list.Value.Verdicts, Me)
            && !state.Current.ListVerdicts.ContainsKey(list.Key)).Select(list => list.Key),
    ];

    /// <summary>The list that the ledger will pay: the chosen author's, else the earliest of those that are not rejected.</summary>
    private static Pubkey? LegacyAuthorToPay(TaskRoundInfo info)
    {
        var rejectedFrom = Math.Max(1, (info.Submissions.Count - 1 + 9) / 10);
        var payable = info.Lists.Where(list =>
        {
            var invalid = list.Value.Verdicts.Count(verdict => verdict.Verdict is Verdict.Invalid);
            return invalid < rejectedFrom || invalid <= list.Value.Verdicts.Count(verdict => verdict.Verdict is Verdict.Valid);
        }).ToList();
        return payable.Count == 0
            ? null
            : payable.OrderBy(list => !info.Leaders.Contains(list.Key)).ThenBy(list => list.Value.Slot).ThenBy(list => list.Key).First().Key;
    }

    /// <summary>A number of slots below <paramref name="span"/>, another one for each key and round, so that nodes don't all come at once.</summary>
    private ulong Spread(Round round, ulong span)
    {
        if (span == 0)
        {
            return 0;
        }

        Span<byte> key = stackalloc byte[Pubkey.SizeBytes];
        Me.CopyTo(key);
        return unchecked(BinaryPrimitives.ReadUInt64LittleEndian(key) + (round.Value * 0x9E3779B97F4A7C15)) % span;
    }
}
