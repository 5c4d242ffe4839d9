using Pond.Primitives;

namespace Pond.Sdk.Policies;

/// <summary>How a round's budget is divided among those whose work was accepted. All are pure: the same facts give the same list.</summary>
/// <remarks>Each share is rounded down; what is left stays in the task's bounty. Who gets nothing is not on the list.</remarks>
public abstract class DistributionPolicy
{
    /// <summary>All get the same.</summary>
    public static DistributionPolicy EqualSplit { get; } = new Weighted(_ => 1);

    /// <summary>Each gets in proportion to his stake at the round's first slot.</summary>
    public static DistributionPolicy StakeWeighted { get; } = new Weighted(work => work.Stake.Value);

    /// <summary>Each gets in proportion to his work.</summary>
    /// <param name="work">
    /// How much somebody did, by what he submitted. It must be a pure function, and the audit must have checked what it reads: a number that a
    /// submission only claims pays whoever claims the most.
    /// </param>
    public static DistributionPolicy ProportionalTo(Func<PaidSubmission, ulong> work) => new Weighted(work);

    /// <summary>Nobody gets more than a share of the budget; what is above it stays in the bounty.</summary>
    /// <param name="numerator">At most <paramref name="denominator"/>.</param>
    /// <param name="denominator">At least 1.</param>
    public DistributionPolicy Capped(ulong numerator, ulong denominator)
    {
        ArgumentOutOfRangeException.ThrowIfZero(denominator);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numerator, denominator);
        return new Cap(this, numerator, denominator);
    }

    /// <summary>A part of the budget goes by this policy, the rest by another: so much for everybody, the rest by work, say.</summary>
    /// <param name="numerator">What of the budget goes by this policy; at most <paramref name="denominator"/>.</param>
    /// <param name="denominator">At least 1.</param>
    /// <param name="rest">How the rest is divided.</param>
    public DistributionPolicy ForShare(ulong numerator, ulong denominator, DistributionPolicy rest)
    {
        ArgumentOutOfRangeException.ThrowIfZero(denominator);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numerator, denominator);
        return new Both(this, rest, numerator, denominator);
    }

    /// <summary>Divides the budget.</summary>
    public abstract DistributionList Distribute(PaidWork work);

    private sealed class Weighted(Func<PaidSubmission, ulong> weigh) : DistributionPolicy
    {
        public override DistributionList Distribute(PaidWork work)
        {
            var weights = work.Work.Select(paid => (paid.Submitter, Weight: (UInt128)weigh(paid))).Where(entry => entry.Weight > 0).ToList();
            var sum = weights.Aggregate(UInt128.Zero, (total, entry) => total + entry.Weight);
            return DistributionList.From(weights
                .Select(entry => KeyValuePair.Create(entry.Submitter, ShareOf(work.Budget, entry.Weight, sum)))
                .Where(reward => reward.Value > Lamports.Zero));
        }

        // A budget and a weight have 64 bits each, so their product fits.
        private static Lamports ShareOf(Lamports budget, UInt128 weight, UInt128 sum) => new((ulong)(budget.Value * weight / sum));
    }

    private sealed class Cap(DistributionPolicy inner, ulong numerator, ulong denominator) : DistributionPolicy
    {
        public override DistributionList Distribute(PaidWork work)
        {
            var most = work.Budget.Share(numerator, denominator);
            return DistributionList.From(inner.Distribute(work).Rewards
                .Select(reward => KeyValuePair.Create(reward.Key, Lamports.Min(reward.Value, most)))
                .Where(reward => reward.Value > Lamports.Zero));
        }
    }

    private sealed class Both(DistributionPolicy first, DistributionPolicy rest, ulong numerator, ulong denominator) : DistributionPolicy
    {
        public override DistributionList Distribute(PaidWork work)
        {
            var part = work.Budget.Share(numerator, denominator);
            var rewards = first.Distribute(work with { Budget = part }).Rewards.ToDictionary();
            foreach (var (key, reward) in rest.Distribute(work with { Budget = work.Budget - part }).Rewards)
            {
                rewards[key] = rewards.GetValueOrDefault(key) + reward;
            }

            return DistributionList.From(rewards);
        }
    }
}
