using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <summary>
/// Decides what a node does in one task, round after round: work, submission, audits, distribution list, payout, claim. The rules are
/// docs/protocol/consensus.md.
/// </summary>
/// <remarks>
/// <para>Not thread-safe: a shell feeds it one input at a time. What it has not seen on the ledger or been told, it does not assume: a
/// lost answer is cleared up by the next observation.</para>
/// <para>After a restart it is given the journal of its predecessor and then the ledger as it is, and goes on from there: work that was
/// done is not done again, and a submission that was produced is sent with the same value.</para>
/// </remarks>
public sealed partial class TaskNodeCore
{
    /// <summary>
    /// How many slots lie between the nodes that step in when the round's leader does not settle it: enough for a transaction to be
    /// seen by the next one, so that normally a round is settled once.
    /// </summary>
    public const int PayoutStaggerSlots = 4;

    /// <summary>How many leaders write a list in one attempt: each steps in after a further quarter of the window, so the last has half.</summary>
    public const int ListRanks = 3;

    /// <summary>How many closed rounds are kept for <see cref="Progress"/>.</summary>
    public const int ClosedRoundsKept = 16;

    private readonly TaskNodeOptions _options;
    private readonly SortedDictionary<Round, RoundState> _rounds = [];
    private readonly Dictionary<Round, Restored> _restored = [];
    private readonly Dictionary<long, Call> _calls = [];
    private readonly Dictionary<long, Flight> _flights = [];
    private readonly Delivery _claim = new();
    private Lamports _claimTried;
    private TaskInfo? _task;
    private Slot? _slot;
    private Round _firstOpen;
    private long _nextId = 1;

    /// <summary>Makes a node that has seen nothing yet.</summary>
    /// <param name="options">Who it is.</param>
    /// <param name="journal">What an earlier run of the same node recorded, oldest first; empty for a new node.</param>
    public TaskNodeCore(TaskNodeOptions options, IEnumerable<JournalEntry> journal)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(journal);
        _options = options;
        foreach (var entry in journal)
        {
            if (entry.Round is { } round)
            {
                _restored[round] = _restored.GetValueOrDefault(round).After(entry);
            }
        }
    }

    /// <summary>
    /// The rounds in which the next slot may bring something to do, oldest first: observe these. Empty until task and slot are known.
    /// </summary>
    public ImmutableArray<Round> RoundsOfInterest =>
        [.. _rounds.Values.Where(IsOfInterest).Select(state => state.Round)];

    /// <summary>How far the node is in each open round and in the last closed ones, oldest first.</summary>
    public ImmutableArray<RoundProgress> Progress => [.. _rounds.Values.Select(ToProgress)];

    private Pubkey Me => _options.StakingKey;

    /// <summary>Takes one input to its end, adding what the shell should now do, in order.</summary>
    public void Handle(NodeInput input, ICollection<NodeOutput> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        switch (input)
        {
            case NodeInput.SlotObserved(var slot):
                _slot = _slot is { } last && last > slot ? last : slot;
                break;
            case NodeInput.TaskObserved(var task):
                _task = task;
                ReconcileClaim(task);
                break;
            case NodeInput.RoundObserved(var info):
                if (_slot is { } now && _rounds.TryGetValue(info.Round, out var observed) && !observed.IsClosed)
                {
                    Reconcile(observed, info, now, outputs);
                }

                break;
            case NodeInput.PhaseCompleted(var callId, var error):
                EndCall(callId, error, outputs);
                break;
            case NodeInput.SubmissionProduced(var round, var value):
                if (Open(round) is { Submission: null } submitting)
                {
                    submitting.Submission = value;
                    outputs.Add(Entry(round, JournalEvent.SubmissionProduced, detail: value));
                }

                break;
            case NodeInput.VerdictGiven(var round, var candidate, var verdict):
                // Only on those there are: a task must not fill the node with verdicts on anybody it can think of.
                if (Open(round) is { } auditing && candidate != Me
                    && auditing.Info is { } audited && audited.Submissions.ContainsKey(candidate)
                    && auditing.Verdicts.TryAdd(candidate, new RoundState.OwnVerdict(verdict)))
                {
                    outputs.Add(Entry(round, JournalEvent.VerdictGiven, candidate, $"{verdict}"));
                }

                break;
            case NodeInput.ListProduced(var round, var json):
                if (Open(round)?.Current is { List: null } attempt)
                {
                    attempt.List = json;
                    outputs.Add(Entry(round, JournalEvent.ListProduced));
                }

                break;
            case NodeInput.ListVerdictGiven(var round, var author, var verdict):
                if (Open(round) is { Current: var listing, Info: { } listed } && author != Me && listed.Lists.ContainsKey(author)
                    && listing.ListVerdicts.TryAdd(author, new RoundState.OwnVerdict(verdict)))
                {
                    outputs.Add(Entry(round, JournalEvent.ListVerdictGiven, author, $"{verdict}"));
                }

                break;
            case NodeInput.ActionConfirmed(var actionId, var slot, var signature):
                Confirm(actionId, slot, signature, outputs);
                break;
            case NodeInput.ActionFailed(var actionId, var error, var isFinal):
                Fail(actionId, error, isFinal, outputs);
                break;
            case NodeInput.ActionUnknown(var actionId):
                Doubt(actionId, outputs);
                break;
            default:
                throw new UnreachableException($"No case for {input}.");
        }

        if (_task is { } current && _slot is { } time)
        {
            OpenRounds(current, time);
            foreach (var state in _rounds.Values)
            {
                if (!state.IsClosed)
                {
                    Decide(current, state, time, outputs);
                }
            }

            if (_options.HasTimer)
            {
                DecideClaim(current, time, outputs);
            }
        }
    }

    /// <summary>The candidates that the task should now audit: assigned to this node and without a verdict of its own.</summary>
    public ImmutableArray<Pubkey> AuditDutiesOf(Round round) =>
        Open(round) is { Info: { } info } state && _slot is { } slot
            ? _task is { Class: TaskClass.Legacy }
                ? LegacyAuditDuties(state, info)
                : [.. AuditDuties.OfSubmissions(info, Me, slot).Where(candidate => !state.Verdicts.ContainsKey(candidate))]
            : [];

    /// <summary>The authors whose lists the task should now audit.</summary>
    public ImmutableArray<Pubkey> ListAuditDutiesOf(Round round) =>
        Open(round) is { Info: { } info } state
            ? _task is { Class: TaskClass.Legacy }
                ? LegacyListAuditDuties(state, info)
                : [.. AuditDuties.OfLists(info, Me).Where(author => !state.Current.ListVerdicts.ContainsKey(author))]
            : [];

    /// <summary>All that a node does in one round, in the order in which it falls due.</summary>
    private void Decide(TaskInfo task, RoundState state, Slot slot, ICollection<NodeOutput> outputs)
    {
        var windows = state.Windows;
        if (state.Info is not { } info)
        {
            if (slot >= windows.ForgetFrom)
            {
                Close(state, RoundReason.PayoutMissing, outputs);
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
        if (slot >= windows.WorkFrom && slot < windows.SubmitFrom && CanCall(TaskPhase.Execute, state.Execute, slot))
        {
            if (!state.Execute.HasStarted)
            {
                outputs.Add(Entry(state.Round, JournalEvent.WorkStarted));
            }

            StartCall(TaskPhase.Execute, state.Execute, state, windows.LastSubmit, outputs);
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

    private void DecidePayout(
        TaskInfo task, RoundState state, TaskRoundInfo info, Slot slot, ICollection<NodeOutput> outputs)
    {
        // With a list the attempt's windows are waited for; without anybody to pay, only the first attempt's; and with all attempts
        // failed, nothing. An attempt that failed is followed by the next one of itself.
        var attempt = task.Class is not TaskClass.Legacy && !info.HasAccepted ? 0
            : (ulong)info.Attempt > task.AllowedFailedDistributions ? info.Attempt - 1
            : info.Attempt;

        // Ranks double with each step: however large the network and however many of the first are absent, somebody settles the round
        // soon, and normally one does.
        var step = (ulong)BitOperations.Log2((uint)PlaceToPay(info) + 1);
        var from = state.Windows.PayoutFrom(attempt) + (step * PayoutStaggerSlots);
        if (slot >= from && state.Current.Payout.CanSendAt(slot))
        {
            outputs.Add(Entry(state.Round, JournalEvent.PayoutSent));
            Send(state, state.Current.Payout, new NodeAction.Payout(state.Round, AuthorToPay(task, info)), outputs);
        }
    }

    // Leaders first; then the others by what their keys begin with, which spreads them evenly over the places and needs no list of all.
    private int PlaceToPay(TaskRoundInfo info)
    {
        var rank = info.Leaders.IndexOf(Me);
        return rank >= 0
            ? rank
            : info.Leaders.Length + (int)Math.BigMul(BinaryPrimitives.ReadUInt64BigEndian(Me.ToArray()), (ulong)info.SubmissionCount, out _);
    }

    private void DecideClaim(TaskInfo task, Slot slot, ICollection<NodeOutput> outputs)
    {
        var balance = task.AvailableBalances.GetValueOrDefault(Me);
        if (balance > Lamports.Zero && balance >= _options.ClaimFrom && _claim.CanSendAt(slot))
        {
            _claimTried = balance;
            Send(round: null, _claim, new NodeAction.Claim(balance), outputs);
        }
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
            : info.Payout is PayoutRecord.PayoutSuccessful ? RoundReason.NothingDue
            : state.HasSeenList ? RoundReason.ListsRejected
            : RoundReason.NoList;
    }

    private static RoundReason WhyNoSubmission(RoundState state) =>
        state.Obstacle is not RoundReason.None ? state.Obstacle
        : state.SubmissionDelivery.IsGivenUp ? RoundReason.RejectedByLedger
        : state.Submission is not null ? RoundReason.WindowClosed
        : state.Submit.IsDone ? RoundReason.NoSubmission
        : state.Execute.IsDone ? RoundReason.WindowClosed
        : state.HasWorkFailed ? RoundReason.ExecuteFailed
        : state.Execute.HasStarted ? RoundReason.WindowClosed
        : RoundReason.NodeAbsent;

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

    private static bool IsPaid(SubmissionOutcome outcome) => outcome is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited;

    /// <summary>The author of the unrejected list of the best rank, as the ledger will choose it; null if there is none.</summary>
    private static Pubkey? AuthorToPay(TaskInfo task, TaskRoundInfo info)
    {
        if (task.Class is TaskClass.Legacy)
        {
            return LegacyAuthorToPay(info);
        }

        foreach (var leader in info.Leaders)
        {
            if (info.Lists.TryGetValue(leader, out var list) && !IsRejected(list))
            {
                return leader;
            }
        }

        return null;
    }

    /// <summary>More Invalid than Valid, and at least a third of those asked, but two.</summary>
    private static bool IsRejected(RoundList list)
    {
        var invalid = list.Verdicts.Count(verdict => verdict.Verdict is Verdict.Invalid);
        return invalid > list.Verdicts.Count(verdict => verdict.Verdict is Verdict.Valid)
            && invalid >= Math.Max(2, (list.Auditors.Length + 2) / 3);
    }

    private void OpenRounds(TaskInfo task, Slot slot)
    {
        if (slot < task.StartingSlot)
        {
            return;
        }

        var current = task.RoundAt(slot);
        // Attempts to pay a round go on for this long after it.
        var lookBack = 3 + task.AllowedFailedDistributions;
        var oldest = current.Value > lookBack ? new Round(current.Value - lookBack) : default;
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

    // While a round's work lasts, all there is to learn of it on the ledger is who takes part.
    private bool IsOfInterest(RoundState state) =>
        !state.IsClosed && (state.Info is not { Participants.IsEmpty: false } || _slot >= state.Windows.SubmitFrom);

    private RoundState? Open(Round round) =>
        _rounds.TryGetValue(round, out var state) && !state.IsClosed ? state : null;

    private void Close(RoundState state, RoundReason reason, ICollection<NodeOutput> outputs)
    {
        state.IsClosed = true;
        state.Reason = reason;
        if (state.Info is { } info)
        {
            state.Earned = info.Rewards.GetValueOrDefault(Me) + info.AuditPay.GetValueOrDefault(Me)
                + info.SlashShares.GetValueOrDefault(Me);
            state.Lost = info.Slashes.GetValueOrDefault(Me);
        }

        outputs.Add(new NodeOutput.Record(new JournalEntry(_slot!.Value, state.Round, JournalEvent.RoundClosed)
        {
            Earned = state.Earned,
            Lost = state.Lost,
            Reason = reason,
        }));
    }

    private NodeOutput.Record Entry(
        Round? round, JournalEvent happened, Pubkey? about = null, string? detail = null, Signature? signature = null) =>
        new(new JournalEntry(_slot.GetValueOrDefault(), round, happened) { About = about, Detail = detail, Signature = signature });

    private RoundProgress ToProgress(RoundState state)
    {
        var info = state.Info;
        var received = info is not null && info.Verdicts.TryGetValue(Me, out var verdicts) ? verdicts : [];
        return new RoundProgress
        {
            Round = state.Round,
            Work = state.Execute.IsDone ? WorkState.Done
                : state.HasWorkFailed && !state.Execute.IsOut ? WorkState.Failed
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

    /// <summary>What a journal says of one round.</summary>
    private readonly record struct Restored(
        bool IsWorkDone, string? Submission, bool IsClosed, RoundReason Reason, Lamports Earned, Lamports Lost)
    {
        internal Restored After(JournalEntry entry) =>
            entry.Event switch
            {
                JournalEvent.WorkDone => this with { IsWorkDone = true },
                JournalEvent.SubmissionProduced => this with { Submission = entry.Detail },
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

    private sealed record Call(TaskPhase Phase, PhaseCall State, RoundState Round, RoundState.Attempt Attempt);

    private sealed record Flight(NodeAction Action, Delivery Delivery, Round? Round);
}
