using System.Collections.Immutable;

namespace Pond.Ledger.Consensus;

/// <summary>Who audits whom: drawn from a beacon that nobody knew when the submissions closed. Everybody computes the same.</summary>
public static class Assignment
{
    /// <summary>The most verdicts that count per submission: K of docs/protocol/consensus.md.</summary>
    public const int MaxAuditors = 16;

    /// <summary>The most voters on an objection.</summary>
    public const int MaxSeats = 305;

    /// <summary>How many keys in rank order may stand in, as a multiple of the verdicts that count.</summary>
    public const int RanksPerAuditor = 3;

    /// <summary>How many verdicts count per submission when so many keys submitted.</summary>
    public static int AuditorsFor(int submitters) => Math.Clamp(submitters - 1, 0, MaxAuditors);

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
        return [.. drawn];
    }

    /// <summary>The auditors of one candidate in rank order: those that come after it in the drawn ring.</summary>
    /// <param name="ring">All submitters in drawn order.</param>
    /// <param name="position">The candidate's place in it.</param>
    /// <returns>At most 3 K keys; every key audits as many candidates at each rank as it has auditors there.</returns>
    public static ImmutableArray<Pubkey> AuditorsOf(ImmutableArray<Pubkey> ring, int position)
    {
        var count = Math.Min(RanksPerAuditor * AuditorsFor(ring.Length), ring.Length - 1);
        var auditors = ImmutableArray.CreateBuilder<Pubkey>(count);
        for (var rank = 1; rank <= count; rank++)
        {
            auditors.Add(ring[(position + rank) % ring.Length]);
        }

        return auditors.MoveToImmutable();
    }
}
