using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <content>Calls and actions that are out, and what comes back.</content>
public sealed partial class TaskNodeCore
{
    /// <summary>A phase is called for one round at a time: work that overruns its round delays the next one's, and is not doubled.</summary>
    private bool CanCall(TaskPhase phase, PhaseCall call, Slot slot) =>
        call.CanStartAt(slot) && !_calls.Values.Any(other => other.Phase == phase);

    private void StartCall(
        TaskPhase phase, PhaseCall call, RoundState state, Slot lastSlot, ICollection<NodeOutput> outputs)
    {
        var id = _nextId++;
        call.Started();
        _calls.Add(id, new Call(phase, call, state, state.Current));
        outputs.Add(new NodeOutput.CallTask(id, phase, state.Round, state.Current.Number > 0, lastSlot));
    }

    private void EndCall(long callId, string? error, PhaseFault fault, ICollection<NodeOutput> outputs)
    {
        if (!_calls.Remove(callId, out var call))
        {
            return;
        }

        var round = call.Round;
        call.State.Ended(fault, _slot.GetValueOrDefault());
        if (error is not null)
        {
            outputs.Add(Entry(round.Round, JournalEvent.CallFailed, detail: $"{call.Phase}: {error}"));
            // What the failed call left unanswered is asked again.
            round.Asked.RemoveWhere(candidate => call.Phase is TaskPhase.Audit && !round.Verdicts.ContainsKey(candidate));
            call.Attempt.AskedLists.RemoveWhere(author =>
                call.Phase is TaskPhase.AuditDistribution && !call.Attempt.ListVerdicts.ContainsKey(author));
        }

        if (call.Phase is TaskPhase.Execute && error is null)
        {
            outputs.Add(Entry(round.Round, JournalEvent.WorkDone));
        }

        if (fault is PhaseFault.Hung)
        {
            Restart(round.Round, $"It hangs: {error}", isHung: true, outputs);
        }
    }

    private void Send(RoundState? round, Delivery delivery, NodeAction action, ICollection<NodeOutput> outputs)
    {
        var id = _nextId++;
        delivery.Sent();
        _flights.Add(id, new Flight(action, delivery, round?.Round));
        outputs.Add(new NodeOutput.Send(id, action));
    }

    private void Confirm(long actionId, Slot slot, Signature signature, Lamports fee, ICollection<NodeOutput> outputs)
    {
        if (!_flights.Remove(actionId, out var flight))
        {
            return;
        }

        if (flight.Action is NodeAction.Payout or NodeAction.Claim or NodeAction.Withdraw)
        {
            // May be needed again: a payout may have opened the next attempt, and more may have been earned since.
            flight.Delivery.Doubted(slot);
            if (flight.Action is NodeAction.Claim(var amount))
            {
                outputs.Add(new NodeOutput.Record(new JournalEntry(slot, Round: null, JournalEvent.Claimed)
                {
                    Earned = amount,
                    Signature = signature,
                    Fee = fee,
                }));
            }
            else if (flight.Action is NodeAction.Withdraw)
            {
                outputs.Add(Entry(round: null, JournalEvent.Withdrawn, signature: signature, fee: fee));
            }
            else
            {
                outputs.Add(Entry(flight.Round, JournalEvent.PayoutAccepted, About(flight.Action), signature: signature, fee: fee));
            }
        }
        else
        {
            flight.Delivery.Confirmed();
            RecordAccepted(flight.Round, flight.Delivery, flight.Action, signature, outputs, fee);
        }
    }

    private void Fail(NodeInput.ActionFailed failed, ICollection<NodeOutput> outputs)
    {
        if (!_flights.Remove(failed.ActionId, out var flight) || IsDoneAnyway(flight, outputs))
        {
            return;
        }

        flight.Delivery.Failed(_slot.GetValueOrDefault(), failed.IsFinal);
        NoteFault(flight, failed.Fault);
        outputs.Add(Entry(
            flight.Round, JournalEvent.ActionFailed, About(flight.Action), $"{flight.Action.Name}: {failed.Error}", fee: failed.Fee));
    }

    private void NoteFault(Flight flight, ActionFault fault)
    {
        if (flight is { Action: NodeAction.SubmitTask, Round: { } round } && Open(round) is { } state)
        {
            state.SubmissionFault = fault;
        }
    }

    private void Doubt(long actionId, ICollection<NodeOutput> outputs)
    {
        if (!_flights.Remove(actionId, out var flight) || IsDoneAnyway(flight, outputs))
        {
            return;
        }

        flight.Delivery.Doubted(_slot.GetValueOrDefault());
        NoteFault(flight, ActionFault.Unreachable);
        outputs.Add(Entry(
            flight.Round, JournalEvent.ActionFailed, About(flight.Action), $"{flight.Action.Name}: its answer was lost"));
    }

    /// <summary>Takes what the ledger shows of a round for the truth about everything that was to get there.</summary>
    private void Reconcile(RoundState state, TaskRoundInfo info, Slot slot, ICollection<NodeOutput> outputs)
    {
        state.Info = info;
        state.InfoSlot = slot;
        state.HasSeenList |= !info.Lists.IsEmpty;
        if (!state.HasSubmitted && info.Submissions.ContainsKey(Me))
        {
            state.HasSubmitted = true;
            TaskWorks();
        }

        if (info.Attempt != state.Current.Number)
        {
            state.Current = new RoundState.Attempt(info.Attempt);
        }

        if (state.Submission is { } value)
        {
            Observe(state.SubmissionDelivery, info.Submissions.ContainsKey(Me), new NodeAction.SubmitTask(state.Round, value));
        }

        foreach (var (candidate, own) in state.Verdicts)
        {
            Observe(
                own.Delivery,
                AuditDuties.HasSpoken(info.Verdicts.GetValueOrDefault(candidate), Me),
                new NodeAction.AuditSubmission(state.Round, candidate, own.Verdict));
        }

        var attempt = state.Current;
        if (attempt.List is { } json)
        {
            Observe(attempt.ListDelivery, info.Lists.ContainsKey(Me), new NodeAction.UploadAndSubmitList(state.Round, json));
        }

        foreach (var (author, own) in attempt.ListVerdicts)
        {
            Observe(
                own.Delivery,
                info.Lists.TryGetValue(author, out var list) && AuditDuties.HasSpoken(list.Verdicts, Me),
                new NodeAction.AuditList(state.Round, author, own.Verdict));
        }

        // That the round is paid, or in its next attempt, shows in the rest of the observation.
        attempt.Payout.Observed(isThere: false, slot);

        void Observe(Delivery delivery, bool isThere, NodeAction action)
        {
            delivery.Observed(isThere, slot);
            // While its own transaction is under way, that one's answer is waited for: it has the signature.
            if (delivery.IsDone && !_flights.Values.Any(flight => flight.Delivery == delivery))
            {
                RecordAccepted(state.Round, delivery, action, signature: null, outputs);
            }
        }
    }

    private void ReconcileClaim(TaskInfo task)
    {
        if (_slot is { } slot)
        {
            var balance = task.AvailableBalances.GetValueOrDefault(Me);
            _claim.Observed(isThere: false, slot);
            if (balance != _claimTried)
            {
                _claim.Reset();
            }
        }
    }

    /// <summary>Whether the ledger shows what an action was to bring about, although the action failed or nobody knows.</summary>
    private bool IsDoneAnyway(Flight flight, ICollection<NodeOutput> outputs)
    {
        if (flight.Delivery.IsDone)
        {
            RecordAccepted(flight.Round, flight.Delivery, flight.Action, signature: null, outputs);
        }

        return flight.Delivery.IsDone;
    }

    private void RecordAccepted(
        Round? round, Delivery delivery, NodeAction action, Signature? signature, ICollection<NodeOutput> outputs, Lamports fee = default)
    {
        if (!delivery.IsRecorded)
        {
            delivery.IsRecorded = true;
            outputs.Add(Accepted(round, action, signature, fee));
        }
    }

    private NodeOutput.Record Accepted(Round? round, NodeAction action, Signature? signature, Lamports fee) =>
        action switch
        {
            NodeAction.SubmitTask(_, var value) => Entry(round, JournalEvent.SubmissionAccepted, null, value, signature, fee),
            NodeAction.AuditSubmission(_, var candidate, var verdict) =>
                Entry(round, JournalEvent.VerdictAccepted, candidate, $"{verdict}", signature, fee),
            NodeAction.UploadAndSubmitList => Entry(round, JournalEvent.ListAccepted, null, null, signature, fee),
            NodeAction.AuditList(_, var author, var verdict) =>
                Entry(round, JournalEvent.ListVerdictAccepted, author, $"{verdict}", signature, fee),
            _ => throw new System.Diagnostics.UnreachableException($"{action} is never settled by one confirmation."),
        };

    private static Pubkey? About(NodeAction action) =>
        action switch
        {
            NodeAction.AuditSubmission(_, var candidate, _) => candidate,
            NodeAction.AuditList(_, var author, _) => author,
            NodeAction.Payout(_, var author) => author,
            _ => null,
        };
}
