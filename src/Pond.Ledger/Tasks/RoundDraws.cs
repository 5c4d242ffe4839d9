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
    private ImmutableArray<byte> _beacon = [];
    private string? _purpose;
    private ImmutableArray<Pubkey> _keys = [];
    private ImmutableArray<Pubkey> _ring = [];
    private int[] _places = [];
    private ImmutableSortedDictionary<Pubkey, SubmissionState>? _judged;
    private RoundJudgements? _judgements;

    /// <summary>The submitters in byte order.</summary>
    internal ImmutableArray<Pubkey> KeysOf(RoundState state)
    {
        if (_keys.Length != state.Submissions.Count)
        {
            _keys = [.. state.Submissions.Keys];
            _purpose = null;
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

    /// <summary>The final judgements; null if they are not known to be final.</summary>
    internal RoundJudgements? FindJudgements(RoundState state) => ReferenceEquals(_judged, state.Submissions) ? _judgements : null;

    /// <summary>Forgets everything.</summary>
    internal void Clear() => (_beacon, _purpose, _keys, _ring, _places, _judged, _judgements) = ([], null, [], [], [], null, null);

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
