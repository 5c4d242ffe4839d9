using Pond.Primitives;
using Pond.Sdk.Policies;

namespace Pond.Sdk.Tests.Policies;

public sealed class AuditSampleTests
{
    // P(miss) at b = 1/3, c = 10 %: the table of docs/protocol/consensus.md's sizing, as it was computed independently.
    [Theory]
    [InlineData(16, 4, 0.01, 0.68)]
    [InlineData(16, 4, 0.05, 0.15)]
    [InlineData(16, 4, 0.10, 2.5e-2)]
    [InlineData(16, 4, 0.25, 2.1e-4)]
    [InlineData(16, 4, 0.50, 1.8e-6)]
    [InlineData(16, 8, 0.10, 1.2e-3)]
    [InlineData(16, 8, 0.25, 4.0e-6)]
    [InlineData(16, 16, 0.05, 1.4e-3)]
    [InlineData(16, 16, 0.10, 2.2e-5)]
    [InlineData(16, 16, 1.00, 4.3e-7)]
    [InlineData(20, 8, 0.10, 2.3e-4)]
    [InlineData(20, 8, 0.50, 1.2e-8)]
    public void Misses_are_as_rare_as_the_formula_says(int auditors, int parts, double cheated, double expected)
    {
        var miss = AuditSample.MissProbability(cheated, parts, auditors);

        Assert.InRange(miss / expected, 0.95, 1.05);
    }

    [Fact]
    public void The_sample_is_the_smallest_that_is_large_enough()
    {
        var sample = AuditSample.For(cheated: 0.1, miss: 1e-3);

        Assert.True(AuditSample.MissProbability(0.1, sample.Parts) <= 1e-3);
        Assert.True(AuditSample.MissProbability(0.1, sample.Parts - 1) > 1e-3);
    }

    [Fact]
    public void A_certainty_that_no_sample_gives_is_refused()
    {
        // With three auditors of whom four tenths are blind, a full check is missed 0.4^3 = 6.4 % of the time.
        var refused = Assert.Throws<ArgumentException>(() => AuditSample.For(cheated: 0.1, miss: 0.05, auditors: 3));

        Assert.Equal("miss", refused.ParamName);
        Assert.True(AuditSample.For(cheated: 0.1, miss: 0.07, auditors: 3).Parts > 0);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(8, 8)]
    [InlineData(9, 8)]
    [InlineData(1_000_000, 8)]
    public void So_many_different_parts_are_drawn_as_there_are(int count, int expected)
    {
        var drawn = AuditSample.Of(8).Draw(count, DeterministicRandom.ForStream(7, "test"));

        Assert.Equal(expected, drawn.Length);
        Assert.Equal(drawn.Distinct().Order(), drawn);
        Assert.All(drawn, part => Assert.InRange(part, 0, count - 1));
    }

    [Fact]
    public void Each_part_is_drawn_as_often_as_any_other()
    {
        var random = DeterministicRandom.ForStream(7, "test");
        var times = new int[10];
        for (var run = 0; run < 10_000; run++)
        {
            foreach (var part in AuditSample.Of(3).Draw(10, random))
            {
                times[part]++;
            }
        }

        // 3,000 expected, with a deviation of 46.
        Assert.All(times, count => Assert.InRange(count, 2_770, 3_230));
    }
}
