using System.Collections.Immutable;
using Pond.Ledger.Consensus;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <summary>
/// What a round's readers have worked out already: the ring, and the judgements once they are final. Nothing in it is state: dropping it
/// changes no answer. It is of use only after the submissions have closed, when their keys stay the same.
/// </summary>
internal sealed class RoundDraws
{
    /// <summary>Of how many objections the seats are kept: some megabytes at most.</summary>
    private const int MaxObjectionsKept = 4096;

    private ImmutableArray<byte> _beacon = [];
    private string? _purpose;
    private ImmutableArray<Pubkey> _keys = [];
    private ImmutableArray<Pubkey> _ring = [];
    private int[] _places = [];
    private Dictionary<Pubkey, (ImmutableArray<byte> Beacon, int[] Places)> _seats = [];
    private ImmutableSortedDictionary<Pubkey, SubmissionState>? _judged;
    private RoundJudgements? _judgements;
    private (ImmutableArray<byte> Beacon, ImmutableArray<Pubkey> Among, ImmutableSortedSet<Pubkey> Without, int Attempt)? _leaders;
    private ImmutableArray<Pubkey> _drawnLeaders = [];

    /// <summary>The submitters in byte order.</summary>
    internal ImmutableArray<Pubkey> KeysOf(RoundState state)
    {
        if (_keys.Length != state.Submissions.Count)
        {
            _keys = [.. state.Submissions.Keys];
            _purpose = null;
            _seats = [];
        }

        return _keys;
    }

    /// <summary>The submitters in the beacon's order.</summary>
    internal ImmutableArray<Pubkey> Ring(RoundState state, ImmutableArray<byte> beacon, string purpose)
    {
        var keys = KeysOf(state);
        if (_purpose != purpose || !_beacon.AsSpan().SequenceEqual(beacon.AsSpan()))
        {
            (_beacon, _purpose) = (beacon, purpose);
            _ring = Assignment.Draw(beacon.AsSpan(), purpose, keys);
            _places = new int[keys.Length];
            for (var place = 0; place < _ring.Length; place++)
            {
                _places[keys.BinarySearch(_ring[place])] = place;
            }
        }

        return _ring;
    }

    /// <summary>A submitter's place in the ring that was asked for last; null if it submitted nothing.</summary>
    internal int? PlaceOf(Pubkey key) => _keys.BinarySearch(key) is var index && index >= 0 ? _places[index] : null;

    /// <summary>The seats of an objection in drawn order.</summary>
    /// <param name="state">The round.</param>
    /// <param name="accused">Whom the objection is about; it has no seat.</param>
    /// <param name="beacon">The beacon.</param>
    /// <param name="purpose">Names the draw.</param>
    internal ImmutableArray<Pubkey> Seats(RoundState state, Pubkey accused, ImmutableArray<byte> beacon, Func<string> purpose)
    {
        var keys = KeysOf(state);
        return [.. Places(state, accused, beacon, purpose).Select(place => keys[place])];
    }

    /// <summary>Whether a key has one of the seats. Who audits asks that of every objection of a round.</summary>
    internal bool HasSeat(RoundState state, Pubkey accused, ImmutableArray<byte> beacon, Func<string> purpose, Pubkey key) =>
        KeysOf(state).BinarySearch(key) is >= 0 and var place && Places(state, accused, beacon, purpose).AsSpan().Contains(place);

    // To draw hundreds of seats takes longer than all else that a reader asks, so they are drawn once. Numbers of keys, because there may be many
    // objections; what would be more than the round itself is drawn anew.
    private int[] Places(RoundState state, Pubkey accused, ImmutableArray<byte> beacon, Func<string> purpose)
    {
        if (_seats.TryGetValue(accused, out var known) && known.Beacon.AsSpan().SequenceEqual(beacon.AsSpan()))
        {
            return known.Places;
        }

        var keys = KeysOf(state);
        int[] places =
        [
            .. Assignment.Choose(beacon.AsSpan(), purpose(), keys, [accused], Assignment.SeatsFor(keys.Length)).Select(seat => keys.BinarySearch(seat)),
        ];
        if (_seats.Count < MaxObjectionsKept)
        {
            _seats[accused] = (beacon, places);
        }

        return places;
    }

    /// <summary>The final judgements; null if they are not known to be final.</summary>
    internal RoundJudgements? FindJudgements(RoundState state) => ReferenceEquals(_judged, state.Submissions) ? _judgements : null;

    /// <summary>The leaders as they were drawn last, if all that they are drawn from is the same.</summary>
    internal ImmutableArray<Pubkey> Leaders(
        (ImmutableArray<byte> Beacon, ImmutableArray<Pubkey> Among, ImmutableSortedSet<Pubkey> Without, int Attempt) from, Func<ImmutableArray<Pubkey>> draw)
    {
        if (_leaders is not { } known || known.Beacon != from.Beacon || known.Among != from.Among || !ReferenceEquals(known.Without, from.Without) || known.Attempt != from.Attempt)
        {
            (_leaders, _drawnLeaders) = (from, draw());
        }

        return _drawnLeaders;
    }

    /// <summary>Forgets everything.</summary>
    internal void Clear()
    {
        _leaders = null;
        ClearDraws();
    }

    private void ClearDraws() => (_beacon, _purpose, _keys, _ring, _places, _seats, _judged, _judgements) = ([], null, [], [], [], [], null, null);

    /// <summary>Keeps judgements that no later block can change.</summary>
    internal void Keep(RoundState state, RoundJudgements judgements) => (_judged, _judgements) = (state.Submissions, judgements);
}

/// <summary>The judgements of a round, and the keys that are paid by them, in byte order.</summary>
internal sealed record RoundJudgements(ImmutableSortedDictionary<Pubkey, Judgement> ByCandidate, ImmutableArray<Pubkey> Accepted)
{
    internal static RoundJudgements Of(ImmutableSortedDictionary<Pubkey, Judgement> byCandidate) => new(
        byCandidate,
        [.. byCandidate.Where(pair => pair.Value.Outcome is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited).Select(pair => pair.Key)]);
}
