using FsCheck;
using FsCheck.Fluent;

namespace Pond.Primitives.Tests;

public sealed class LamportsTests
{
    [Fact]
    public void Splitting_an_amount_creates_and_destroys_nothing()
    {
        var amounts = Gen.Choose(0, int.MaxValue).Select(value => new Lamports((ulong)value));

        Prop.ForAll(amounts.Zip(Gen.Choose(1, 500)).ToArbitrary(), pair =>
        {
            var (amount, shares) = pair;
            var (part, left) = amount.SplitEqually(shares);
            return (part.Value * (ulong)shares) + left.Value == amount.Value && left.Value < (ulong)shares;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0, "0 KOII")]
    [InlineData(1, "0.000000001 KOII")]
    [InlineData(1_500_000_000, "1.5 KOII")]
    [InlineData(10_000_000_000, "10 KOII")]
    public void The_text_rounds_nothing(ulong value, string text) => Assert.Equal(text, new Lamports(value).ToString());

    [Fact]
    public void A_share_is_exact_where_a_product_would_overflow()
    {
        Assert.Equal(new Lamports(ulong.MaxValue), new Lamports(ulong.MaxValue).Share(7, 7));
        Assert.Equal(new Lamports(ulong.MaxValue / 2), new Lamports(ulong.MaxValue).Share(1, 2));
    }

    [Fact]
    public void Leaving_the_range_throws()
    {
        Assert.Throws<OverflowException>(() => Lamports.Zero - new Lamports(1));
        Assert.Throws<OverflowException>(() => new Lamports(ulong.MaxValue) + new Lamports(1));
        Assert.Throws<OverflowException>(() => new Lamports(ulong.MaxValue) * 2);
    }
}
