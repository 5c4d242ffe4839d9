using FsCheck;
using FsCheck.Fluent;
using Pond.Primitives;
using Pond.Sdk.Policies;

namespace Pond.Sdk.Tests.Policies;

public sealed class DistributionPolicyTests
{
    private static readonly PaidWork Work = new(
        new(1), new(100), [Paid("ann", "1", 10), Paid("ben", "2", 30), Paid("cid", "0", 60)]);

    [Fact]
    public void Equal_split_gives_all_the_same() => AssertShares(DistributionPolicy.EqualSplit, ("ann", 33), ("ben", 33), ("cid", 33));

    [Fact]
    public void Stakes_weigh() => AssertShares(DistributionPolicy.StakeWeighted, ("ann", 10), ("ben", 30), ("cid", 60));

    [Fact]
    public void Work_weighs_and_who_did_none_gets_none() => AssertShares(ByValue, ("ann", 33), ("ben", 66));

    [Fact]
    public void A_cap_keeps_what_is_above_it() => AssertShares(DistributionPolicy.StakeWeighted.Capped(1, 4), ("ann", 10), ("ben", 25), ("cid", 25));

    [Fact]
    public void Two_policies_share_the_budget() =>
        // 30 for everybody alike, 70 by stake.
        AssertShares(DistributionPolicy.EqualSplit.ForShare(3, 10, DistributionPolicy.StakeWeighted), ("ann", 17), ("ben", 31), ("cid", 52));

    [Fact]
    public void Nobody_and_nothing_are_divided_as_well()
    {
        Assert.Equal(0, ByValue.Distribute(Work with { Work = [] }).Count);
        Assert.Equal(0, ByValue.Distribute(Work with { Work = [Paid("ann", "0", 1)] }).Count);
        Assert.Equal(0, DistributionPolicy.EqualSplit.Distribute(Work with { Budget = Lamports.Zero }).Count);
    }

    [Fact]
    public void The_largest_numbers_divide_exactly()
    {
        var work = new PaidWork(new(1), new(ulong.MaxValue), [Paid("ann", "", ulong.MaxValue), Paid("ben", "", ulong.MaxValue)]);

        Assert.All(DistributionPolicy.StakeWeighted.Distribute(work).Rewards, reward => Assert.Equal(ulong.MaxValue / 2, reward.Value.Value));
    }

    [Fact]
    public void No_policy_gives_more_than_the_budget() =>
        Prop.ForAll(
            Gen.Choose(0, 1_000_000).Zip(Gen.Choose(0, 1_000).ListOf()).ToArbitrary(),
            given =>
            {
                var work = new PaidWork(
                    new(1), new((ulong)given.Item1), [.. given.Item2.Select((stake, index) => Paid($"{index}", $"{stake % 7}", (ulong)stake))]);
                return new[] { DistributionPolicy.EqualSplit, DistributionPolicy.StakeWeighted, ByValue, ByValue.Capped(1, 3), ByValue.ForShare(1, 3, DistributionPolicy.EqualSplit) }
                    .All(policy => policy.Distribute(work).Total <= work.Budget);
            }).QuickCheckThrowOnFailure();

    private static DistributionPolicy ByValue { get; } =
        DistributionPolicy.ProportionalTo(work => ulong.Parse(work.Value, System.Globalization.CultureInfo.InvariantCulture));

    private static PaidSubmission Paid(string name, string value, ulong stake) => new(Facts.KeyOf(name), value, new(stake));

    private static void AssertShares(DistributionPolicy policy, params (string Name, ulong Share)[] expected) => Assert.Equal(
        DistributionList.From(expected.Select(share => KeyValuePair.Create(Facts.KeyOf(share.Name), new Lamports(share.Share)))),
        policy.Distribute(Work));
}
