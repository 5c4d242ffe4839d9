using System.Collections.Immutable;
using System.Diagnostics;
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
    private readonly Delivery _withdrawal = new();
    private Lamports _claimTried;
    private Round? _withdrawalTried;
    private TaskInfo? _task;
    private Slot? _slot;
    private Slot? _firstSlot;
    private Round _firstOpen;
    private bool _hasCaughtUp;
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
        Take(input, outputs);
        Decide(outputs);
    }

    /// <summary>Takes inputs that came together, in order, and decides once about all of them.</summary>
    /// <remarks>What is wanted is the same as one by one; what an input would have asked for and a later one makes needless is left out.</remarks>
    public void Handle(IReadOnlyCollection<NodeInput> inputs, ICollection<NodeOutput> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        foreach (var input in inputs)
        {
            Take(input, outputs);
        }

        Decide(outputs);
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

    private void Take(NodeInput input, ICollection<NodeOutput> outputs)
    {
        switch (input)
        {
            case NodeInput.SlotObserved(var slot):
                _slot = _slot is { } last && last > slot ? last : slot;
                _firstSlot ??= slot;
                break;
            case NodeInput.TaskObserved(var task):
                _task = task;
                ReconcileClaim(task);
                _withdrawal.Observed(isThere: false, _slot.GetValueOrDefault());
                break;
            case NodeInput.RoundObserved(var info):
                if (_slot is { } now && _rounds.TryGetValue(info.Round, out var observed) && !observed.IsClosed)
                {
                    Reconcile(observed, info, now, outputs);
                }

                break;
            case NodeInput.RoundUnknown(var round):
                if (Open(round) is { IsOverdue: true } overdue)
                {
                    Close(overdue, RoundReason.OutcomeUnknown, outputs);
                }

                break;
            case NodeInput.PhaseCompleted(var callId, var error, var fault):
                EndCall(callId, error, error is null ? PhaseFault.None : fault, outputs);
                break;
            case NodeInput.TaskEnded(var how):
                outputs.Add(Entry(_slot is { } endedAt ? _task?.RoundAt(endedAt) : null, JournalEvent.TaskEnded, detail: how));
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
            case NodeInput.ActionConfirmed(var actionId, var slot, var signature, var fee):
                Confirm(actionId, slot, signature, fee, outputs);
                break;
            case NodeInput.ActionFailed failed:
                Fail(failed, outputs);
                break;
            case NodeInput.ActionUnknown(var actionId):
                Doubt(actionId, outputs);
                break;
            default:
                throw new UnreachableException($"No case for {input}.");
        }
    }

    private void Decide(ICollection<NodeOutput> outputs)
    {
        if (_task is { } current && _slot is { } time)
        {
            OpenRounds(current, time, outputs);
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
                DecideWithdrawal(current, time, outputs);
            }
        }
    }

    private sealed record Call(TaskPhase Phase, PhaseCall State, RoundState Round, RoundState.Attempt Attempt);

    private sealed record Flight(NodeAction Action, Delivery Delivery, Round? Round);
}
