namespace Pond.Cli.Bench.Consensus;

/// <summary>Between which rates 999 of 1000 such counts come about: the exact interval of rare events.</summary>
internal static class Interval
{
    private const double Tail = 0.0005;

    /// <summary>The interval of a rate.</summary>
    /// <param name="count">How often it happened.</param>
    /// <param name="trials">In how many trials; many more than <paramref name="count"/>.</param>
    /// <param name="clustering">By how much the count's variance is larger than if each trial stood alone: so many fewer trials count.</param>
    internal static (double Least, double Most) Of(long count, long trials, double clustering)
    {
        var effective = trials / clustering;
        var (fewer, more) = ((long)Math.Floor(count / clustering), (long)Math.Ceiling(count / clustering));
        var least = fewer == 0 ? 0 : Solve(rate => 1 - AtMost(fewer - 1, rate), Tail, rises: true, fewer);
        return (least / effective, Solve(rate => AtMost(more, rate), Tail, rises: false, more) / effective);
    }

    // The chance of at most so many events where so many are expected.
    private static double AtMost(long count, double expected)
    {
        var term = Math.Exp(-expected);
        var sum = term;
        for (var number = 1L; number <= count; number++)
        {
            term *= expected / number;
            sum += term;
        }

        return sum;
    }

    private static double Solve(Func<double, double> chance, double wanted, bool rises, long count)
    {
        var (low, high) = (0.0, (2.0 * count) + 50);
        for (var step = 0; step < 100; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = (chance(middle) < wanted) == rises ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
