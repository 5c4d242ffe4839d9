using System.Collections.Immutable;
using Pond.Ledger.Consensus;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <content>Who writes lists, who audits them, and which one is paid.</content>
internal sealed partial class RoundReader
{
    // The most keys that may write a list in one attempt: it bounds the state, and eight absent in a row are rare.
    private const int MaxLeaders = 8;

    /// <summary>Who may write a list in the running attempt, best rank first; empty before its beacon.</summary>
    internal ImmutableArray<Pubkey> Leaders()
    {
        if (IsExhausted || _slot < _task.Windows.ListsFrom(_round, Attempt) || !IsJudged || _state.Submissions.IsEmpty)
        {
            return [];
        }

        if (_task.Class is TaskClass.Legacy)
        {
            return LegacyLeaders();
        }

        return _beacons.FirstAfter(LeaderBeaconAfter(_task, _round, Attempt)) is { } beacon
            ? _state.Draws.Leaders((beacon, Accepted, FailedAuthors, Attempt), () => Assignment.Choose(
                beacon.AsSpan(), $"leaders/{_key}/{_round}/{Attempt}", Accepted, FailedAuthors, MaxLeaders))
            : [];
    }

    /// <summary>Who is asked to audit an author's list; empty before the beacon.</summary>
    internal ImmutableArray<Pubkey> ListAuditorsOf(Pubkey author) => ListAuditorsOf(author, Attempt);

    /// <summary>The list that is to be paid, if there is one, its time has come and it is not paid yet.</summary>
    internal (Pubkey Author, ListState List)? PayableList { get; private set; }

    /// <summary>What of the bounty a list may give away.</summary>
    internal Lamports ListBudget => _task.RoundBounty - _task.AuditPayOf(_task.RoundBounty, _genesis);

    /// <summary>Why a list can't be paid whatever its auditors say; null if it can.</summary>
    internal string? FindListFault(DistributionList list)
    {
        if (list.Total > ListBudget.Value)
        {
            return $"The list pays {list.Total}; the round has {ListBudget.Value}.";
        }

        foreach (var (key, amount) in list.Entries)
        {
            if (amount > 0 && !_state.Submissions.ContainsKey(key))
            {
                return $"The list pays {key}, who submitted nothing in round {_round}.";
            }
        }

        return null;
    }

    // An attempt is over when its payout could begin and no list is left to pay; that is so whether or not anybody says so.
    private void Advance()
    {
        (Attempt, Lists, FailedAuthors) = (_state.Attempt, _state.Lists, _state.FailedAuthors);
        while (_state.Settlement is null && !IsExhausted && _slot >= _task.Windows.PayoutFrom(_round, Attempt))
        {
            PayableList = FindPayable(Attempt, Lists);
            if (PayableList is not null)
            {
                return;
            }

            FailedAuthors = FailedAuthors.Union(Lists.Keys);
            Lists = ImmutableSortedDictionary<Pubkey, ListState>.Empty;
            Attempt++;
        }
    }

    private (Pubkey Author, ListState List)? FindPayable(int attempt, ImmutableSortedDictionary<Pubkey, ListState> lists)
    {
        var payable = lists.Where(pair => !IsRejected(pair.Key, pair.Value, attempt) && FindListFault(pair.Value.List) is null).ToList();
        if (payable.Count == 0)
        {
            return null;
        }

        // The lowest rank, and for lists of no rank the earliest.
        var ranks = Leaders();
        var best = payable.OrderBy(pair => ranks.IndexOf(pair.Key) is var rank && rank < 0 ? int.MaxValue : rank)
            .ThenBy(pair => pair.Value.Slot).ThenBy(pair => pair.Key).First();
        return (best.Key, best.Value);
    }

    private bool IsRejected(Pubkey author, ListState list, int attempt)
    {
        if (_task.Class is not TaskClass.Legacy)
        {
            return VerdictTally.IsListRejected([.. ListAuditorsOf(author, attempt).Select(list.Verdicts.Of)]);
        }

        var verdicts = list.Verdicts.ByVoter.Values;
        var invalid = verdicts.Count(cast => cast.Verdict is Verdict.Invalid);
        return invalid > verdicts.Count(cast => cast.Verdict is Verdict.Valid)
            && invalid >= Math.Max(1, (_state.Submissions.Count - 1 + 9) / 10);
    }

    // Drawn from the accepted submitters: a convicted liar has no say about the pay of the others.
    private ImmutableArray<Pubkey> ListAuditorsOf(Pubkey author, int attempt)
    {
        if (_task.Class is TaskClass.Legacy || !IsJudged
            || _beacons.FirstAfter(_task.Windows.ListBeaconAfter(_round, attempt)) is not { } beacon)
        {
            return [];
        }

        return Assignment.Choose(beacon.AsSpan(), $"list/{_key}/{_round}/{attempt}/{author}", Accepted, [author], Assignment.MaxAuditors);
    }

    private ImmutableArray<Pubkey> LegacyLeaders()
    {
        var candidates = _state.Submissions.Keys.Where(key => SubmittedBefore(key, 1) && SubmittedBefore(key, 2)).ToHashSet();
        var entries = _state.Submissions
            .Where(pair => candidates.Count == 0 || candidates.Contains(pair.Key))
            .Select(pair => (Key: pair.Key.ToString(), TaskImage.RenderSubmission(pair.Value)))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .ToList();
        return LegacyLeader.Choose(entries, key => !FailedAuthors.Contains(Pubkey.Parse(key))) is { } leader ? [Pubkey.Parse(leader)] : [];
    }

    private bool SubmittedBefore(Pubkey key, ulong rounds) =>
        _round.Value < rounds
        || (_task.Rounds.TryGetValue(new(_round.Value - rounds), out var earlier) && earlier.Submissions.ContainsKey(key));
}
