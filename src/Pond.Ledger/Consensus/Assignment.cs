using System.Collections.Immutable;

namespace Pond.Ledger.Consensus;

/// <summary>Who audits whom: drawn from a beacon that nobody knew when the submissions closed. Everybody computes the same.</summary>
public static class Assignment
{
    /// <summary>The most verdicts that count per submission: K of docs/protocol/consensus.md.</summary>
    public const int MaxAuditors = 16;

    /// <summary>The most voters on an objection: so many that a third of the keys, with a tenth of the others away, all but never outvote the rest.</summary>
    public const int MaxSeats = 401;

    /// <summary>How many keys in rank order may stand in, as a multiple of the verdicts that count.</summary>
    public const int RanksPerAuditor = 3;

    /// <summary>How many verdicts count per submission when so many keys submitted.</summary>
    public static int AuditorsFor(int submitters) => Math.Clamp(submitters - 1, 0, MaxAuditors);

    /// <summary>How many keys of the ring may give a verdict that counts: those after the candidate, up to this rank.</summary>
    public static int RanksFor(int submitters) => Math.Min(RanksPerAuditor * AuditorsFor(submitters), Math.Max(0, submitters - 1));

    /// <summary>How many keys vote on an objection when so many keys submitted.</summary>
    public static int SeatsFor(int submitters) => Math.Clamp(submitters - 1, 0, MaxSeats);

    /// <summary>Puts the keys into the beacon's order.</summary>
    /// <param name="beacon">The beacon.</param>
    /// <param name="purpose">Names the draw; two draws from one beacon have two names and nothing in common.</param>
    /// <param name="keys">The keys, each once, in any order.</param>
    public static ImmutableArray<Pubkey> Draw(ReadOnlySpan<byte> beacon, string purpose, IEnumerable<Pubkey> keys)
    {
        var drawn = keys.Order().ToArray();
        DeterministicRandom.ForStream(beacon, purpose).Shuffle<Pubkey>(drawn);
        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(drawn);
    }

    /// <summary>Chooses some of many keys, in an order, all choices with equal chance. It costs what is chosen, not what there is.</summary>
    /// <param name="beacon">The beacon.</param>
    /// <param name="purpose">Names the draw.</param>
    /// <param name="keys">The keys in byte order, each once.</param>
    /// <param name="without">Keys that can't be chosen; few. Those that are not among <paramref name="keys"/> don't matter.</param>
    /// <param name="count">How many at most.</param>
    public static ImmutableArray<Pubkey> Choose(
        ReadOnlySpan<byte> beacon, string purpose, ImmutableArray<Pubkey> keys, IEnumerable<Pubkey> without, int count)
    {
        var left = without.Select(key => keys.BinarySearch(key)).Where(index => index >= 0).Distinct().Order().ToArray();
        var among = keys.Length - left.Length;
        count = Math.Min(count, among);
        var random = DeterministicRandom.ForStream(beacon, purpose);
        var chosen = ImmutableArray.CreateBuilder<Pubkey>(count);

        // Fisher and Yates from the front; only the places that were swapped are written down.
        var swapped = new Dictionary<int, int>(count);
        for (var place = 0; place < count; place++)
        {
            var other = place + random.NextBelow(among - place);
            var index = swapped.GetValueOrDefault(other, other);
            swapped[other] = swapped.GetValueOrDefault(place, place);
            foreach (var gap in left)
            {
                index += gap <= index ? 1 : 0;
            }

            chosen.Add(keys[index]);
        }

        return chosen.MoveToImmutable();
    }

    /// <summary>The auditors of one candidate in rank order: those that come after it in the drawn ring.</summary>
    /// <param name="ring">All submitters in drawn order.</param>
    /// <param name="position">The candidate's place in it.</param>
    /// <returns>At most 3 K keys; every key audits as many candidates at each rank as it has auditors there.</returns>
    public static ImmutableArray<Pubkey> AuditorsOf(ImmutableArray<Pubkey> ring, int position) => Walk(ring, position, forward: true);

    /// <summary>Whom one key audits, by its rank as their auditor: those that come before it in the drawn ring.</summary>
    /// <param name="ring">All submitters in drawn order.</param>
    /// <param name="position">The auditor's place in it.</param>
    public static ImmutableArray<Pubkey> CandidatesOf(ImmutableArray<Pubkey> ring, int position) => Walk(ring, position, forward: false);

    /// <summary>One of the auditors of <see cref="AuditorsOf"/>, without the others.</summary>
    /// <param name="ring">All submitters in drawn order.</param>
    /// <param name="position">The candidate's place in it.</param>
    /// <param name="rank">The auditor's rank, from 0.</param>
    public static Pubkey AuditorAt(ImmutableArray<Pubkey> ring, int position, int rank) => ring[(position + 1 + rank) % ring.Length];

    private static ImmutableArray<Pubkey> Walk(ImmutableArray<Pubkey> ring, int position, bool forward)
    {
        var count = RanksFor(ring.Length);
        var keys = ImmutableArray.CreateBuilder<Pubkey>(count);
        for (var step = 1; step <= count; step++)
        {
            keys.Add(forward ? AuditorAt(ring, position, step - 1) : ring[(position + ring.Length - step) % ring.Length]);
        }

        return keys.MoveToImmutable();
    }
}
