namespace Pond.Primitives.Tests;

public sealed class DeterministicRandomTests
{
    // Frozen: auditors draw their samples, and candidates their auditors, by this sequence.
    [Fact]
    public void A_seed_repeats_its_numbers_on_every_machine()
    {
        var random = DeterministicRandom.ForStream(7, "frozen");

        var numbers = Enumerable.Range(0, 6).Select(_ => random.NextUInt64()).ToArray();

        Assert.Equal(Expected(), numbers);

        // SHA-256 of: 8 as int32, 7 as uint64, 6 as int32, "frozen", the block's number as uint64; all little-endian.
        static ulong[] Expected() =>
            [.. new ulong[] { 0, 1 }
                .SelectMany(block => System.Security.Cryptography.SHA256.HashData(
                    [8, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, .. "frozen"u8, (byte)block, 0, 0, 0, 0, 0, 0, 0])
                    .Chunk(8))
                .Select(word => BitConverter.ToUInt64(word))
                .Take(6)];
    }

    [Fact]
    public void Streams_of_one_seed_are_unrelated()
    {
        var first = DeterministicRandom.ForStream(7, "a");
        var second = DeterministicRandom.ForStream(7, "b");

        Assert.NotEqual(first.NextUInt64(), second.NextUInt64());
    }

    [Fact]
    public void Small_numbers_come_equally_often()
    {
        const int Draws = 60_000;
        var random = DeterministicRandom.ForStream(1, "die");
        var counts = new int[6];

        for (var draw = 0; draw < Draws; draw++)
        {
            counts[random.NextBelow(6)]++;
        }

        // Six standard deviations of a fair die's count are 548.
        Assert.All(counts, count => Assert.InRange(count, 9_452, 10_548));
    }

    [Fact]
    public void Every_order_of_a_shuffle_comes_equally_often()
    {
        const int Shuffles = 24_000;
        var random = DeterministicRandom.ForStream(1, "shuffle");
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);

        for (var shuffle = 0; shuffle < Shuffles; shuffle++)
        {
            char[] items = ['a', 'b', 'c', 'd'];
            random.Shuffle(items.AsSpan());
            var order = new string(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 815, 1_185));
    }
}
