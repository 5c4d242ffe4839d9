using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace Pond.Client.Content;

/// <summary>How well each peer has done, as far as it is remembered: failures are half forgotten every hour. Safe for use by several threads.</summary>
internal sealed class PeerScores(TimeProvider timeProvider, TimeSpan maxRetryAfter)
{
    private const int MaxPeers = 1024;
    private const double FailurePenalty = 1;
    private const double MaxFailurePenalty = 100;

    // Above whatever failures add up to: a liar comes after the dead for more than half a day.
    private const double LiePenalty = 1_000_000;

    private static readonly TimeSpan HalfLife = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Uri, (double Penalty, DateTimeOffset At)> _penalties = new();
    private readonly ConcurrentDictionary<Uri, DateTimeOffset> _waits = new();

    /// <summary>The peers that may be asked now, the best first.</summary>
    /// <param name="peers">Those that are known, the likeliest first.</param>
    /// <param name="busy">How many other questions are under way: peers that are equally good share them.</param>
    internal List<Uri> BestFirst(IReadOnlyList<Uri> peers, int busy)
    {
        var now = timeProvider.GetUtcNow();
        var usable = peers.Where(peer => peer.IsAbsoluteUri && peer.Scheme is "http" or "https").Distinct().ToList();
        if (_penalties.Count + _waits.Count > MaxPeers)
        {
            foreach (var forgotten in _penalties.Keys.Union(_waits.Keys).Except(usable))
            {
                _penalties.TryRemove(forgotten, out _);
                _waits.TryRemove(forgotten, out _);
            }
        }

        return
        [
            .. usable.Where(peer => !_waits.TryGetValue(peer, out var until) || until <= now)
                .GroupBy(peer => Math.Floor(PenaltyOf(peer, now)))
                .OrderBy(group => group.Key)
                .SelectMany(group => Turned([.. group], busy)),
        ];
    }

    internal void Reward(Uri peer)
    {
        var now = timeProvider.GetUtcNow();
        // Forgiven at once but for a lie, which one good answer does not undo.
        var before = PenaltyOf(peer, now);
        _penalties[peer] = (before > MaxFailurePenalty ? before : before / 2, now);
    }

    internal void PenaliseFailure(Uri peer)
    {
        var now = timeProvider.GetUtcNow();
        var before = PenaltyOf(peer, now);
        _penalties[peer] = (before > MaxFailurePenalty ? before : Math.Min(before + FailurePenalty, MaxFailurePenalty), now);
    }

    internal void PenaliseLie(Uri peer) => _penalties[peer] = (LiePenalty, timeProvider.GetUtcNow());

    /// <summary>Leaves a peer alone for as long as it asks for, within reason.</summary>
    internal void Postpone(Uri peer, RetryConditionHeaderValue wait)
    {
        var now = timeProvider.GetUtcNow();
        var until = wait.Date ?? (now + (wait.Delta ?? TimeSpan.Zero));
        var latest = now + maxRetryAfter;
        _waits[peer] = until < latest ? until : latest;
    }

    private double PenaltyOf(Uri peer, DateTimeOffset now) =>
        _penalties.TryGetValue(peer, out var score) ? score.Penalty * Math.Pow(0.5, (now - score.At) / HalfLife) : 0;

    private static IEnumerable<Uri> Turned(List<Uri> peers, int by)
    {
        var start = by % peers.Count;
        return peers.Skip(start).Concat(peers.Take(start));
    }
}
