using FsCheck;
using FsCheck.Fluent;
using Pond.Ledger.Consensus;
using Pond.Primitives;

namespace Pond.Ledger.Tests.Consensus;

public sealed class PenaltiesTests
{
    [Fact]
    public void A_slash_is_divided_without_a_rest_and_mostly_burnt() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(0, 305)).ToArbitrary(), pair =>
        {
            var (loss, seats) = (new Lamports((ulong)pair.Item1), pair.Item2);
            var (objector, each, burnt) = Penalties.DivideSlash(loss, seats);
            return objector + (each * (ulong)seats) + burnt == loss && burnt.Value * 10 >= loss.Value * 7;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_bond_is_divided_without_a_rest() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(1, 305)).ToArbitrary(), pair =>
        {
            var (bond, seats) = (new Lamports((ulong)pair.Item1), pair.Item2);
            var (accused, each) = Penalties.DivideBond(bond, seats);
            return accused + (each * (ulong)seats) == bond && accused.Value * 2 >= bond.Value;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(5_000_000_000, 250_000_000)]
    [InlineData(19, 1)]
    [InlineData(20, 1)]
    [InlineData(40, 2)]
    public void A_bond_is_a_twentieth_of_the_minimum_stake(ulong minimum, ulong bond) =>
        Assert.Equal(bond, Penalties.BondFor(new(minimum)).Value);
}
