using System.Buffers.Binary;
using System.Collections.Immutable;
using Pond.Ledger.Consensus;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Bench.Consensus;

/// <summary>Plays rounds with the ledger's own assignment and tally. The seed decides everything.</summary>
internal sealed class Trials(ulong seed)
{
    private enum Role
    {
        Dishonest,
        Honest,
        Away,
    }

    /// <summary>Has the dishonest third submit lies, round after round, and counts those that the audits accept.</summary>
    /// <returns>How many lies were told; how many were accepted unseen; how many juries were played, and how many of them did not uphold.</returns>
    internal (long Lies, long Passed, long Juries, long Failed) Lie(int nodes, long lies, int juriesPerRound, CancellationToken cancellationToken)
    {
        var keys = Keys(nodes);
        var roles = new Role[nodes];
        var away = Others.OfLiar(nodes).Away;
        var dishonest = nodes / 3;

        // The beacon shuffles the keys, so it does not matter which of them are whose.
        Array.Fill(roles, Role.Honest);
        Array.Fill(roles, Role.Dishonest, 0, dishonest);
        Array.Fill(roles, Role.Away, dishonest, away);
        var rounds = (int)((lies + dishonest - 1) / dishonest);
        var (passed, juries, failed) = (0L, 0L, 0L);

        // Each round has its own beacon and adds to sums, so that the order in which the processors play them changes nothing.
        Parallel.For(0, rounds, Parallelism(cancellationToken), round =>
        {
            var one = LieOnce(Beacon("lie", nodes, round), keys, roles, juriesPerRound);
            Interlocked.Add(ref passed, one.Passed);
            Interlocked.Add(ref juries, one.Juries);
            Interlocked.Add(ref failed, one.Failed);
        });
        return ((long)rounds * dishonest, passed, juries, failed);
    }

    private static (long Passed, long Juries, long Failed) LieOnce(byte[] beacon, ImmutableArray<Pubkey> keys, Role[] roles, int most)
    {
        var nodes = keys.Length;
        var ring = Assignment.Draw(beacon, "audit", keys);
        var inRing = new Role[nodes];
        for (var place = 0; place < nodes; place++)
        {
            inRing[place] = roles[IndexOf(ring[place])];
        }

        // How many of the K auditors of the place that is looked at are honest and there: one goes and one comes from place to place.
        var auditors = Assignment.AuditorsFor(nodes);
        var watching = Enumerable.Range(1, auditors).Count(step => inRing[step % nodes] is Role.Honest);
        var (passed, juries, failed) = (0L, 0L, 0L);
        for (var place = 0; place < nodes; place++)
        {
            if (inRing[place] is Role.Dishonest && (watching == 0 || juries < most))
            {
                var byRank = Assignment.AuditorsOf(ring, place).Select(auditor => VerdictOf(roles[IndexOf(auditor)])).ToArray();
                if (byRank.Take(auditors).Contains(Verdict.Invalid) != watching > 0)
                {
                    throw new InvalidOperationException($"The auditors of place {place} are not those that were counted.");
                }

                if (watching == 0)
                {
                    passed += VerdictTally.Judge(nodes, byRank).Outcome is SubmissionOutcome.Accepted ? 1 : 0;
                }
                else
                {
                    juries++;
                    var seats = Assignment.Choose(beacon, $"seats/{ring[place]}", keys, [ring[place]], Assignment.SeatsFor(nodes));
                    failed += VerdictTally.Judge(nodes, byRank, [.. seats.Select(seat => VerdictOf(roles[IndexOf(seat)]))]).Ruling
                        is ObjectionRuling.Upheld ? 0 : 1;
                }
            }

            watching += (inRing[(place + 1 + auditors) % nodes] is Role.Honest ? 1 : 0) - (inRing[(place + 1) % nodes] is Role.Honest ? 1 : 0);
        }

        return (passed, juries, failed);
    }

    /// <summary>The fewest and the most audits that a node has among the first K ranks.</summary>
    internal (int Fewest, int Most) Duties(int nodes)
    {
        var ring = Assignment.Draw(Beacon("duties", nodes, 0), "audit", Keys(nodes));
        var duties = new int[nodes];
        for (var place = 0; place < nodes; place++)
        {
            foreach (var auditor in Assignment.AuditorsOf(ring, place)[..Assignment.AuditorsFor(nodes)])
            {
                duties[IndexOf(auditor)]++;
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
        var honest = Keys(nodes - 1);
        var known = Beacon("known", nodes, 0);
        var best = KeyAt(ulong.MaxValue);
        const int Batch = 1 << 10;
        var found = new Pubkey?[(tries + Batch - 1) / Batch];
        Parallel.For(0, found.Length, Parallelism(CancellationToken.None), batch =>
        {
            var random = DeterministicRandom.ForStream(seed, $"grinder/{nodes}/{batch}");
            for (var attempt = batch * Batch; attempt < Math.Min(tries, (batch + 1) * Batch); attempt++)
            {
                var key = KeyAt(random.NextUInt64());
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
        Parallel.For(0, rounds, Parallelism(CancellationToken.None), round =>
        {
            if (Assignment.Choose(Beacon("next", nodes, round), "leaders", keys, [], 1)[0] == best)
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
        var keys = Keys(nodes);
        var (unpaid, late, failed) = (0L, 0, 0);
        Parallel.For(0, rounds, Parallelism(CancellationToken.None), round =>
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
        var beacon = Beacon("kill", nodes, round);
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
            var leaders = Assignment.Choose(Beacon("leaders", nodes, (round * attempts) + attempt), "leaders", payable, [], 8);
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

    private static ParallelOptions Parallelism(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };

    private byte[] Beacon(string purpose, int nodes, int round)
    {
        var beacon = new byte[64];
        var random = DeterministicRandom.ForStream(seed, $"{purpose}/{nodes}/{round}");
        for (var offset = 0; offset < beacon.Length; offset += sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(beacon.AsSpan(offset), random.NextUInt64());
        }

        return beacon;
    }

    private static Verdict? VerdictOf(Role role) => role switch
    {
        Role.Dishonest => Verdict.Valid,
        Role.Honest => Verdict.Invalid,
        _ => null,
    };

    // Byte order is the order of the numbers.
    private static ImmutableArray<Pubkey> Keys(int count) => [.. Enumerable.Range(0, count).Select(index => KeyAt((ulong)index))];

    private static Pubkey KeyAt(ulong number)
    {
        Span<byte> bytes = stackalloc byte[Pubkey.SizeBytes];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return new(bytes);
    }

    private static int IndexOf(Pubkey key)
    {
        Span<byte> bytes = stackalloc byte[Pubkey.SizeBytes];
        key.CopyTo(bytes);
        return (int)BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
