using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Sdk.Policies;

/// <summary>How many parts of a submission each auditor recomputes, and what then slips through.</summary>
/// <remarks>
/// P(miss) = (B + (1-B)(1-q)^s)^k with B = b + (1-b)c: each of k auditors misses a cheat if he is dishonest (b) or offline (c), or if none of the
/// s parts that he draws is among the share q of cheated ones. Drawing without replacement does a little better than that.
/// </remarks>
public sealed record AuditSample
{
    /// <summary>The auditors that a submission has on a network of more than sixteen nodes.</summary>
    public const int DefaultAuditors = 16;

    private const int MaxParts = 1_000_000;

    private AuditSample(int parts) => Parts = parts;

    /// <summary>How many parts to recompute; all of a submission that has fewer.</summary>
    public int Parts { get; }

    /// <summary>So many parts.</summary>
    /// <param name="parts">At least 1.</param>
    public static AuditSample Of(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        return new(parts);
    }

    /// <summary>The fewest parts with which a cheat slips through no more often than wanted.</summary>
    /// <param name="cheated">The share of the parts that a cheat would fake, the smallest that matters: above 0, at most 1.</param>
    /// <param name="miss">How often it may slip through: above 0, below 1.</param>
    /// <param name="auditors">How many audit each submission.</param>
    /// <param name="dishonest">The share of auditors who say yes to everything; 0 to below 1.</param>
    /// <param name="offline">The share of honest auditors who are not there; 0 to below 1.</param>
    /// <exception cref="ArgumentException">
    /// No sample is large enough: with so many dishonest auditors even a check of everything misses more often than wanted.
    /// </exception>
    public static AuditSample For(
        double cheated, double miss, int auditors = DefaultAuditors, double dishonest = 1 / 3.0, double offline = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(cheated, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cheated, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(miss, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(miss, 1);
        var least = 1;
        if (MissProbability(cheated, MaxParts, auditors, dishonest, offline) > miss)
        {
            throw new ArgumentException(
                $"With {auditors} auditors, {dishonest:P0} of them dishonest and {offline:P0} offline, no sample of up to {MaxParts} parts finds "
                + $"a cheat of {cheated:P3} so reliably that it is missed {miss:G3} times at most.",
                nameof(miss));
        }

        var most = MaxParts;
        while (least < most)
        {
            var middle = least + ((most - least) / 2);
            (least, most) = MissProbability(cheated, middle, auditors, dishonest, offline) > miss ? (middle + 1, most) : (least, middle);
        }

        return new(least);
    }

    /// <summary>How often a cheat slips through all auditors.</summary>
    /// <param name="cheated">The share of the parts that it faked; 0 to 1.</param>
    /// <param name="parts">How many parts each auditor recomputes.</param>
    /// <param name="auditors">How many there are.</param>
    /// <param name="dishonest">The share of auditors who say yes to everything; 0 to below 1.</param>
    /// <param name="offline">The share of honest auditors who are not there; 0 to below 1.</param>
    public static double MissProbability(
        double cheated, int parts, int auditors = DefaultAuditors, double dishonest = 1 / 3.0, double offline = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cheated);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cheated, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(parts);
        ArgumentOutOfRangeException.ThrowIfLessThan(auditors, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(dishonest);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(dishonest, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(offline);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offline, 1);
        var blind = dishonest + ((1 - dishonest) * offline);
        return Math.Pow(blind + ((1 - blind) * Math.Pow(1 - cheated, parts)), auditors);
    }

    /// <summary>Draws the parts to recompute, none twice, in ascending order.</summary>
    /// <param name="count">How many parts the submission has; at least 0.</param>
    /// <param name="random">See <see cref="RoundContext.GetAuditRandomAsync"/>.</param>
    public ImmutableArray<int> Draw(int count, DeterministicRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count <= Parts)
        {
            return [.. Enumerable.Range(0, count)];
        }

        // Floyd's way: each set of that size with equal chance, and no array of all parts.
        var drawn = new SortedSet<int>();
        for (var last = count - Parts; last < count; last++)
        {
            var candidate = random.NextBelow(last + 1);
            drawn.Add(drawn.Contains(candidate) ? last : candidate);
        }

        return [.. drawn];
    }
}
