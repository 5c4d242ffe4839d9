using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Pond.Primitives;

namespace DocumentIndex.Tests.Assignment;

public sealed class ShardAssignmentTests
{
    [Fact]
    public void Every_shard_has_two_nodes_and_no_node_has_two_shards_more_than_another()
    {
        var cases = Gen.Choose(0, 80).Zip(Gen.Choose(1, 12)).Zip(Gen.Choose(0, int.MaxValue));
        Prop.ForAll(cases.ToArbitrary(), item =>
        {
            var ((shards, nodes), seed) = item;
            var assignment = Assign(shards, nodes, seed);
            var copies = assignment.Values.SelectMany(load => load).CountBy(shard => shard).ToDictionary();
            var loads = assignment.Values.Select(load => load.Count).ToArray();
            return copies.Count == shards
                && copies.Values.All(count => count == Math.Min(2, nodes))
                && loads.Length == nodes
                && loads.Max() - loads.Min() <= 1;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_seed_decides_it()
    {
        Assert.Equal(Text(Assign(20, 5, seed: 1)), Text(Assign(20, 5, seed: 1)));
        Assert.NotEqual(Text(Assign(20, 5, seed: 1)), Text(Assign(20, 5, seed: 2)), StringComparer.Ordinal);

        static string Text(IEnumerable<KeyValuePair<Pubkey, ImmutableSortedSet<int>>> assignment) =>
            string.Join(';', assignment.Select(load => $"{load.Key}:{string.Join(',', load.Value)}"));
    }

    [Fact]
    public void Over_the_rounds_every_two_nodes_share_shards()
    {
        var pairs = Enumerable.Range(0, 20)
            .SelectMany(seed => Assign(10, 5, seed).SelectMany(load => load.Value.Select(shard => (seed, shard, load.Key))))
            .GroupBy(item => (item.seed, item.shard), item => item.Key.ToString())
            .Select(nodes => string.Join(' ', nodes.Order(StringComparer.Ordinal)))
            .CountBy(pair => pair, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);

        Assert.Equal(10, pairs.Count); // 5 * 4 / 2
        Assert.All(pairs.Values, count => Assert.InRange(count, 5, 50)); // 20 on average
    }

    [Fact]
    public void Participants_must_be_there_and_in_order()
    {
        var keys = Keys(3);

        Assert.Throws<ArgumentException>(() => ShardAssignment.For([0], [], [1]));
        Assert.Throws<ArgumentException>(() => ShardAssignment.For([0], [keys[1], keys[0]], [1]));
        Assert.Throws<ArgumentException>(() => ShardAssignment.For([0], [keys[1], keys[1]], [1]));
    }

    private static ImmutableSortedDictionary<Pubkey, ImmutableSortedSet<int>> Assign(
        int shards, int nodes, int seed) =>
        ShardAssignment.For([.. Enumerable.Range(0, shards)], Keys(nodes), BitConverter.GetBytes(seed));

    private static Pubkey[] Keys(int count) =>
        [.. Enumerable.Range(1, count).Select(number => new Pubkey([.. Enumerable.Repeat((byte)number, Pubkey.SizeBytes)]))];
}
