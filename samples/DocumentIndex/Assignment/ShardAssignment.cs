using System.Collections.Immutable;
using Pond.Primitives;

namespace DocumentIndex;

/// <summary>Divides the shards of a round among its nodes. Everybody who knows the seed computes the same.</summary>
public static class ShardAssignment
{
    /// <summary>So many nodes index each shard: one liar or one dead machine costs no shard its round.</summary>
    public const int Copies = 2;

    /// <summary>Gives each shard to <see cref="Copies"/> different nodes, or to all if they are fewer.</summary>
    /// <param name="shards">The shards of the round, each once.</param>
    /// <param name="participants">The nodes, each once, in ascending order of their keys.</param>
    /// <param name="seed">The round's seed. Which nodes share a shard changes with it.</param>
    /// <returns>The shards of each node, ascending. No node has two more than another.</returns>
    /// <exception cref="ArgumentException">The participants are none, or not in ascending order.</exception>
    public static ImmutableSortedDictionary<Pubkey, ImmutableSortedSet<int>> For(
        IReadOnlyCollection<int> shards, IReadOnlyList<Pubkey> participants, ReadOnlySpan<byte> seed)
    {
        if (participants.Count == 0 || participants.Zip(participants.Skip(1)).Any(pair => pair.First.CompareTo(pair.Second) >= 0))
        {
            throw new ArgumentException("There must be a participant, and they must be in ascending order.", nameof(participants));
        }

        var random = DeterministicRandom.ForStream(seed, "shard-assignment");
        var seats = new Seats(participants.Count, random);
        var loads = participants.Select(_ => ImmutableSortedSet.CreateBuilder<int>()).ToArray();
        foreach (var shard in shards.Order())
        {
            var previous = Seats.None;
            for (var copy = 0; copy < Math.Min(Copies, participants.Count); copy++)
            {
                previous = seats.Next(previous);
                loads[previous].Add(shard);
            }
        }

        return participants.Select((key, node) => KeyValuePair.Create(key, loads[node].ToImmutable())).ToImmutableSortedDictionary();
    }

    /// <summary>
    /// Deals the nodes like cards: all once in random order, then shuffled again. So loads differ by one at most, and two
    /// seats of a shard are the same node only where one deck ends and the next begins.
    /// </summary>
    private sealed class Seats(int nodes, DeterministicRandom random)
    {
        internal const int None = -1;

        private readonly int[] _deck = [.. Enumerable.Range(0, nodes)];
        private int _next = nodes;

        internal int Next(int otherThan)
        {
            if (_next == _deck.Length)
            {
                random.Shuffle<int>(_deck);
                _next = 0;
                if (_deck[0] == otherThan)
                {
                    (_deck[0], _deck[^1]) = (_deck[^1], _deck[0]);
                }
            }

            return _deck[_next++];
        }
    }
}
