using System.Collections.Immutable;
using Pond.Ledger.Consensus;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Bench.Consensus;

/// <summary>Plays rounds with the ledger's own assignment and tally. The seed decides everything.</summary>
internal sealed class Trials(ulong seed)
{
    private readonly TrialDraws _draws = new(seed);

    /// <summary>The fewest and the most audits that a node has among the first K ranks.</summary>
    internal (int Fewest, int Most) Duties(int nodes)
    {
        var ring = Assignment.Draw(_draws.Beacon("duties", nodes, 0), "audit", TrialDraws.Keys(nodes));
        var duties = new int[nodes];
        for (var place = 0; place < nodes; place++)
        {
            foreach (var auditor in Assignment.AuditorsOf(ring, place)[..Assignment.AuditorsFor(nodes)])
            {
                duties[TrialDraws.IndexOf(auditor)]++;
            }
        }

        return (duties.Min(), duties.Max());
    }

    /// <summary>Lets the last one who may still act try keys until one of them would lead, as far as anybody can know then.</summary>
    /// <param name="nodes">How many keys take part.</param>
    /// <param name="tries">How many keys it tries against the last beacon that is known.</param>
    /// <param name="rounds">How many rounds are drawn with the key that did best.</param>
    /// <returns>In what share of the rounds it leads.</returns>
    internal double Grind(int nodes, int tries, int rounds)
    {
        var honest = TrialDraws.Keys(nodes - 1);
        var known = _draws.Beacon("known", nodes, 0);
        var best = TrialDraws.KeyAt(ulong.MaxValue);
        const int Batch = 1 << 10;
        var found = new Pubkey?[(tries + Batch - 1) / Batch];
        Parallel.For(0, found.Length, TrialDraws.Parallelism(CancellationToken.None), batch =>
        {
            var random = _draws.Random($"grinder/{nodes}/{batch}");
            for (var attempt = batch * Batch; attempt < Math.Min(tries, (batch + 1) * Batch); attempt++)
            {
                var key = TrialDraws.KeyAt(random.NextUInt64());
                var place = ~honest.BinarySearch(key);
                if (place >= 0 && Assignment.Choose(known, "leaders", honest.Insert(place, key), [], 1)[0] == key)
                {
                    found[batch] = key;
                }
            }
        });

        // The last that would have led; every such key is as good as any other.
        best = found.LastOrDefault(key => key is not null) ?? best;
        var keys = honest.Insert(~honest.BinarySearch(best), best);
        var led = 0;
        Parallel.For(0, rounds, TrialDraws.Parallelism(CancellationToken.None), round =>
        {
            if (Assignment.Choose(_draws.Beacon("next", nodes, round), "leaders", keys, [], 1)[0] == best)
            {
                Interlocked.Increment(ref led);
            }
        });
        return (double)led / rounds;
    }

    /// <summary>Kills a share of honest nodes when all have submitted and nobody has audited: the worst moment for the others.</summary>
    /// <returns>How many honest submissions there were, how many were not accepted, and how many rounds needed more than one attempt, and more than all.</returns>
    internal (long Submissions, long Unpaid, int LateRounds, int FailedRounds) Kill(int nodes, int rounds, int percent, int attempts)
    {
        var keys = TrialDraws.Keys(nodes);
        var (unpaid, late, failed) = (0L, 0, 0);
        Parallel.For(0, rounds, TrialDraws.Parallelism(CancellationToken.None), round =>
        {
            var (lost, attempt) = KillOnce(keys, round, nodes * percent / 100, attempts);
            Interlocked.Add(ref unpaid, lost);
            Interlocked.Add(ref late, attempt > 0 ? 1 : 0);
            Interlocked.Add(ref failed, attempt == attempts ? 1 : 0);
        });
        return ((long)rounds * nodes, unpaid, late, failed);
    }

    private (int Unpaid, int Attempt) KillOnce(ImmutableArray<Pubkey> keys, int round, int killed, int attempts)
    {
        var nodes = keys.Length;
        var beacon = _draws.Beacon("kill", nodes, round);
        var dead = Assignment.Choose(beacon, "dead", keys, [], killed).ToHashSet();
        var ring = Assignment.Draw(beacon, "audit", keys);
        var accepted = ImmutableArray.CreateBuilder<Pubkey>();
        for (var place = 0; place < nodes; place++)
        {
            if (VerdictTally.Judge(nodes, Alive(Assignment.AuditorsOf(ring, place))).Outcome is SubmissionOutcome.Accepted)
            {
                accepted.Add(ring[place]);
            }
        }

        var unpaid = nodes - accepted.Count;
        accepted.Sort();
        var payable = accepted.ToImmutable();
        var attempt = 0;
        for (; attempt < attempts; attempt++)
        {
            var leaders = Assignment.Choose(_draws.Beacon("leaders", nodes, (round * attempts) + attempt), "leaders", payable, [], 8);
            var alive = leaders.Where(leader => !dead.Contains(leader)).ToArray();
            if (alive.Length > 0
                && !VerdictTally.IsListRejected(Alive(Assignment.Choose(beacon, $"list/{alive[0]}", payable, [alive[0]], Assignment.MaxAuditors))))
            {
                break;
            }
        }

        return (unpaid, attempt);

        Verdict?[] Alive(ImmutableArray<Pubkey> auditors) => [.. auditors.Select(auditor => dead.Contains(auditor) ? (Verdict?)null : Verdict.Valid)];
    }
}
