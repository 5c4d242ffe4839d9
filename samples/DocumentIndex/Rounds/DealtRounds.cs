using System.Collections.Immutable;
using Pond.Primitives;

namespace DocumentIndex;

/// <summary>The rounds among which the shards are dealt in turn, before any comes back.</summary>
/// <param name="First">The first of them. The task's round 0 has begun before a node can have staked, so it is rarely that one.</param>
/// <param name="Count">How many there are; at least 1.</param>
public readonly record struct DealtRounds(Round First, int Count)
{
    /// <summary>The shards that are dealt to a round: shard i to the round number i modulo <see cref="Count"/> of these.</summary>
    /// <param name="round">The round; those before the first and after the last get none.</param>
    /// <param name="shards">How many shards the plan has.</param>
    public ImmutableSortedSet<int> ShardsOf(Round round, int shards)
    {
        if (Count < 1)
        {
            throw new InvalidOperationException("The shards are dealt among at least one round.");
        }

        if (round < First || round.Value - First.Value >= (ulong)Count)
        {
            return [];
        }

        var (count, turn) = (Count, (int)(round.Value - First.Value));
        return [.. Enumerable.Range(0, shards).Where(shard => shard % count == turn)];
    }
}
