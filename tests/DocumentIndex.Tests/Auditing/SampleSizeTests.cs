using System.Numerics;

namespace DocumentIndex.Tests.Auditing;

public sealed class SampleSizeTests
{
    [Fact]
    public void It_is_the_smallest_that_exact_fractions_allow()
    {
        foreach (var documents in Enumerable.Range(1, 300).Concat([1000, 5000, 60_930]))
        {
            var sample = SampleSize.For(documents);

            Assert.True(IsRareEnough(documents, sample), $"{sample} of {documents} is too few");
            Assert.False(IsRareEnough(documents, sample - 1), $"{sample} of {documents} is too many");
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(20, 20)] // One altered document: only looking at all of them will do.
    [InlineData(100, 92)]
    [InlineData(60_930, 269)]
    public void Few_documents_are_all_recomputed_and_many_hardly_more(int documents, int sample) =>
        Assert.Equal(sample, SampleSize.For(documents));

    [Fact]
    public void The_probability_is_that_of_drawing_without_replacement()
    {
        // 5 of 100 altered, 2 drawn: 95/100 * 94/99.
        Assert.Equal(95.0 * 94 / (100 * 99), SampleSize.MissProbability(100, 2), precision: 12);
        Assert.Equal(1, SampleSize.MissProbability(100, 0));
        Assert.Equal(0, SampleSize.MissProbability(100, 96));
    }

    private static bool IsRareEnough(int documents, int sample)
    {
        var altered = Math.Max(1, (documents + 19) / 20);
        var (missed, all) = (BigInteger.One, BigInteger.One);
        for (var draw = 0; draw < sample; draw++)
        {
            missed *= Math.Max(0, documents - altered - draw);
            all *= documents - draw;
        }

        return missed * 1_000_000 < all;
    }
}
