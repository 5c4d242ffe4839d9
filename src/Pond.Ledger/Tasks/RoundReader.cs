using System.Collections.Immutable;
using Pond.Ledger.Consensus;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <summary>
/// What follows from a round's records, the beacons and the slot: who audits, how the verdicts count, which list is paid. Computed when
/// asked for and never stored, because everybody can compute it.
/// </summary>
internal sealed partial class RoundReader
{
    private readonly Pubkey _key;
    private readonly TaskState _task;
    private readonly Round _round;
    private readonly RoundState _state;
    private readonly BeaconHistory _beacons;
    private readonly Genesis _genesis;
    private readonly Slot _slot;
    private RoundJudgements? _judgements;
    private ImmutableArray<Pubkey>? _ring;
    private Verdict?[]? _byRank;

    internal RoundReader(
        Pubkey key, TaskState task, Round round, RoundState state, BeaconHistory beacons, Genesis genesis, Slot slot)
    {
        (_key, _task, _round, _state, _beacons, _genesis, _slot) = (key, task, round, state, beacons, genesis, slot);
        Advance();
    }

    /// <summary>The slots whose next block's beacon a stored round draws from, now or later.</summary>
    internal static IEnumerable<Slot> NeededBeacons(TaskState task, Round round, RoundState state)
    {
        if (task.Class is TaskClass.Legacy)
        {
            yield break;
        }

        yield return task.Windows.AuditBeaconAfter(round);
        foreach (var candidate in state.Accused)
        {
            yield return state.Submissions[candidate].Objection!.Slot;
        }

        // A settled round's attempt is over; a round that is not may go on until its last one.
        var last = state.Settlement is null ? (int)task.Settings.AllowedFailedDistributions : state.Attempt;
        for (var attempt = state.Attempt; attempt <= last; attempt++)
        {
            yield return LeaderBeaconAfter(task, round, attempt);
            yield return task.Windows.ListBeaconAfter(round, attempt);
        }
    }

    /// <summary>The attempt that runs in this slot; one more than allowed once the last one has failed.</summary>
    internal int Attempt { get; private set; }

    /// <summary>The lists of that attempt.</summary>
    internal ImmutableSortedDictionary<Pubkey, ListState> Lists { get; private set; } = ImmutableSortedDictionary<Pubkey, ListState>.Empty;

    /// <summary>The authors whose lists failed.</summary>
    internal ImmutableSortedSet<Pubkey> FailedAuthors { get; private set; } = [];

    /// <summary>Whether all attempts have failed.</summary>
    internal bool IsExhausted => Attempt > (int)_task.Settings.AllowedFailedDistributions;

    /// <summary>Whether the votes are over, so that outcomes are final.</summary>
    internal bool IsJudged => _slot > LastVote;

    internal Slot LastVote => _task.Class is TaskClass.Legacy
        ? _task.Windows.LastLegacyVote(_round)
        : _task.Windows.LastVote(_round);

    /// <summary>The audit beacon; null before its block, and where nobody submitted anything, so that there is nothing to draw.</summary>
    internal ImmutableArray<byte>? AuditBeacon => _task.Class is TaskClass.Legacy || _state.Submissions.IsEmpty
        ? null
        : _beacons.FirstAfter(_task.Windows.AuditBeaconAfter(_round));

    /// <summary>Each candidate's auditors in rank order; empty before the beacon. Costs as much as all of them: ask for one if one is wanted.</summary>
    internal ImmutableSortedDictionary<Pubkey, ImmutableArray<Pubkey>> Auditors => AuditRing is { IsEmpty: false }
        ? _state.Submissions.ToImmutableSortedDictionary(pair => pair.Key, pair => AuditorsOf(pair.Key))
        : ImmutableSortedDictionary<Pubkey, ImmutableArray<Pubkey>>.Empty;

    /// <summary>What the verdicts come to as they stand.</summary>
    internal ImmutableSortedDictionary<Pubkey, Judgement> Judgements => Judged.ByCandidate;

    /// <summary>The submitters that are paid, once the votes are over; in byte order.</summary>
    internal ImmutableArray<Pubkey> Accepted => Judged.Accepted;

    /// <summary>Whether nobody can be paid, so that no list is waited for.</summary>
    internal bool IsUnpayable => IsJudged && _task.Class is not TaskClass.Legacy && Accepted.IsEmpty;

    private RoundJudgements Judged => _judgements ??= _state.Draws.FindJudgements(_state) ?? JudgeAll();

    // All submitters in the beacon's order; empty before it.
    private ImmutableArray<Pubkey> AuditRing =>
        _ring ??= AuditBeacon is { } beacon ? _state.Draws.Ring(_state, beacon, $"audit/{_key}/{_round}") : [];

    /// <summary>A candidate's auditors in rank order; empty before the beacon.</summary>
    internal ImmutableArray<Pubkey> AuditorsOf(Pubkey candidate) =>
        AuditRing is { IsEmpty: false } ring && _state.Draws.PlaceOf(candidate) is { } place ? Assignment.AuditorsOf(ring, place) : [];

    /// <summary>The first of a candidate's auditors in rank order.</summary>
    internal ImmutableArray<Pubkey> FirstAuditorsOf(Pubkey candidate, int count)
    {
        if (AuditRing is not { IsEmpty: false } ring || _state.Draws.PlaceOf(candidate) is not { } place)
        {
            return [];
        }

        var auditors = ImmutableArray.CreateBuilder<Pubkey>(Math.Min(count, Assignment.RanksFor(ring.Length)));
        for (var rank = 0; rank < auditors.Capacity; rank++)
        {
            auditors.Add(Assignment.AuditorAt(ring, place, rank));
        }

        return auditors.MoveToImmutable();
    }

    /// <summary>Whom a key audits, by its rank as their auditor; empty before the beacon, and for a key that submitted nothing.</summary>
    internal ImmutableArray<Pubkey> CandidatesOf(Pubkey auditor) =>
        AuditRing is { IsEmpty: false } ring && _state.Draws.PlaceOf(auditor) is { } place ? Assignment.CandidatesOf(ring, place) : [];

    /// <summary>The outcomes so far: Pending until the votes are over.</summary>
    internal SubmissionOutcome OutcomeOf(Pubkey candidate) => IsJudged ? Judgements[candidate].Outcome : SubmissionOutcome.Pending;

    /// <summary>Who votes on the objection against a candidate; empty before the beacon.</summary>
    internal ImmutableArray<Pubkey> SeatsOf(Pubkey candidate) =>
        SeatBeaconOf(candidate) is { } beacon ? _state.Draws.Seats(_state, candidate, beacon, () => SeatsPurpose(candidate)) : [];

    /// <summary>Whether a key votes on the objection against a candidate.</summary>
    internal bool HasSeat(Pubkey candidate, Pubkey key) => SeatBeaconOf(candidate) is { } beacon
        && _state.Draws.HasSeat(_state, candidate, beacon, () => SeatsPurpose(candidate), key);

    private string SeatsPurpose(Pubkey candidate) => $"seats/{_key}/{_round}/{candidate}";

    private ImmutableArray<byte>? SeatBeaconOf(Pubkey candidate) =>
        _state.Submissions[candidate].Objection is { } objection ? _beacons.FirstAfter(objection.Slot) : null;

    private static Slot LeaderBeaconAfter(TaskState task, Round round, int attempt) => new(task.Windows.ListsFrom(round, attempt).Value - 1);

    private RoundJudgements JudgeAll()
    {
        var judgements = RoundJudgements.Of(
            _state.Submissions.ToImmutableSortedDictionary(pair => pair.Key, pair => Judge(pair.Key, pair.Value)));

        // Final when nobody can vote any more and no beacon is still to come.
        if (IsJudged && (_task.Class is TaskClass.Legacy
            || (AuditBeacon is not null && _state.Accused.All(candidate => _beacons.FirstAfter(_state.Submissions[candidate].Objection!.Slot) is not null))))
        {
            _state.Draws.Keep(_state, judgements);
        }

        return judgements;
    }

    private Judgement Judge(Pubkey candidate, SubmissionState submission)
    {
        if (_task.Class is TaskClass.Legacy)
        {
            return JudgeLegacy(submission);
        }

        var audits = VerdictsByRank(candidate, submission.Verdicts);
        return submission.Objection is null
            ? VerdictTally.Judge(_state.Submissions.Count, audits)
            : VerdictTally.Judge(_state.Submissions.Count, audits, [.. SeatsOf(candidate).Select(submission.Verdicts.Of)]);
    }

    // Mostly the first ranks have given all the verdicts that there are, and then the others need not be looked for. Good until it is asked again.
    private ReadOnlySpan<Verdict?> VerdictsByRank(Pubkey candidate, VerdictBook book)
    {
        if (AuditRing is not { IsEmpty: false } ring || _state.Draws.PlaceOf(candidate) is not { } place)
        {
            return [];
        }

        var verdicts = _byRank ??= new Verdict?[Assignment.RanksFor(ring.Length)];
        Array.Clear(verdicts);
        var left = book.ByVoter.Count;
        for (var rank = 0; rank < verdicts.Length && left > 0; rank++)
        {
            verdicts[rank] = book.Of(Assignment.AuditorAt(ring, place, rank));
            left -= verdicts[rank] is null ? 0 : 1;
        }

        return verdicts;
    }

    // One key, one vote; the first accusation is no vote; silence approves, and so does a tie.
    private static Judgement JudgeLegacy(SubmissionState submission)
    {
        var votes = submission.Verdicts.ByVoter.Where(pair => pair.Key != submission.Objection?.By).Select(pair => pair.Value.Verdict).ToList();
        return votes.Count(vote => vote is Verdict.Invalid) > votes.Count(vote => vote is Verdict.Valid)
            ? new(SubmissionOutcome.Slashed, ObjectionRuling.Upheld, Verdict.Invalid)
            : new(SubmissionOutcome.Accepted, ObjectionRuling.None, Verdict.Valid);
    }

    /// <summary>How many counted verdicts of each auditor were right, each worth one share of the audit pay; in byte order, without those that have none.</summary>
    internal IReadOnlyList<(Pubkey Auditor, int Verdicts)> PaidAuditors()
    {
        var ring = AuditRing;
        var right = new int[ring.Length];
        // Both hold the submitters in byte order.
        foreach (var ((candidate, submission), judgement) in _state.Submissions.Zip(Judgements.Values))
        {
            var verdicts = VerdictsByRank(candidate, submission.Verdicts);
            foreach (var rank in VerdictTally.Counted(verdicts, Assignment.AuditorsFor(_state.Submissions.Count)))
            {
                right[(_state.Draws.PlaceOf(candidate)!.Value + 1 + rank) % ring.Length] += verdicts[rank] == judgement.Right ? 1 : 0;
            }
        }

        return ring.IsEmpty
            ? []
            : [.. _state.Draws.KeysOf(_state).Select(key => (key, right[_state.Draws.PlaceOf(key)!.Value])).Where(auditor => auditor.Item2 > 0)];
    }

    /// <summary>The seats that voted one way.</summary>
    internal ImmutableArray<Pubkey> SeatsFor(Pubkey candidate, Verdict verdict) =>
        [.. SeatsOf(candidate).Where(seat => _state.Submissions[candidate].Verdicts.Of(seat) == verdict)];
}
