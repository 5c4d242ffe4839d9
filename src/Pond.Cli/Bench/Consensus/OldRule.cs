using System.Globalization;
using Pond.Ledger.Consensus;
using Pond.Primitives;

namespace Pond.Cli.Bench.Consensus;

/// <summary>
/// Koii's present rule, as its clients play it: each node draws five submissions for itself, only accusations and their defence are sent,
/// one key has one vote, silence approves, and a hash that the last submitter can bend chooses the author of the list.
/// </summary>
internal sealed class OldRule(ulong seed)
{
    private const int Draws = 5;

    /// <summary>In what share of rounds a lie is paid when a third of the keys stand by it and a tenth of the others are away.</summary>
    internal double PassOf(int nodes, int rounds)
    {
        var others = Others.OfLiar(nodes);
        var random = DeterministicRandom.ForStream(seed, "old/pass");
        var passed = 0;
        for (var round = 0; round < rounds; round++)
        {
            var seen = Enumerable.Range(0, others.Honest).Count(_ => random.Chance(Math.Min(Draws, nodes - 1), nodes - 1));
            passed += seen <= others.Dishonest ? 1 : 0;
        }

        return (double)passed / rounds;
    }

    /// <summary>In what share of rounds nobody honest looks at a submission.</summary>
    internal double UnseenOf(int nodes, int rounds)
    {
        var random = DeterministicRandom.ForStream(seed, "old/unseen");
        return (double)Enumerable.Range(0, rounds)
            .Count(_ => !Enumerable.Range(0, nodes - 1).Any(_ => random.Chance(Math.Min(Draws, nodes - 1), nodes - 1))) / rounds;
    }

    /// <summary>In what share of rounds the one leader is among those that were killed, so that nobody is paid.</summary>
    internal double DeadLeaderOf(int nodes, int percent, int rounds)
    {
        var random = DeterministicRandom.ForStream(seed, "old/dead");
        var lost = 0;
        for (var round = 0; round < rounds; round++)
        {
            // The keys are random, so any of them can be the dead.
            var entries = Entries(random, nodes);
            var leader = LegacyLeader.Choose(entries, _ => true);
            var place = Array.FindIndex(entries, entry => entry.Key == leader);
            lost += place < nodes * percent / 100 ? 1 : 0;
        }

        return (double)lost / rounds;
    }

    /// <summary>In what share of rounds the last submitter becomes the author of the list by trying submissions.</summary>
    internal double GrindOf(int nodes, int tries, int rounds)
    {
        var random = DeterministicRandom.ForStream(seed, "old/grind");
        var led = 0;
        for (var round = 0; round < rounds; round++)
        {
            var entries = Entries(random, nodes);
            var own = random.NextBelow(nodes);
            for (var attempt = 0; attempt < tries; attempt++)
            {
                entries[own] = (entries[own].Key, Json(random.NextUInt64()));
                if (LegacyLeader.Choose(entries, _ => true) == entries[own].Key)
                {
                    led++;
                    break;
                }
            }
        }

        return (double)led / rounds;
    }

    private static (string Key, string ValueJson)[] Entries(DeterministicRandom random, int nodes) =>
    [
        .. Enumerable.Range(0, nodes)
            .Select(_ => (Key: random.NextUInt64().ToString("x16", CultureInfo.InvariantCulture), ValueJson: Json(random.NextUInt64())))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal),
    ];

    private static string Json(ulong value) => $"{{\"submission_value\":\"{value.ToString("x16", CultureInfo.InvariantCulture)}\",\"slot\":1}}";
}
