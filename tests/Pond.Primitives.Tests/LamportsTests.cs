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

    [Theory]
    [InlineData("1.5", 1_500_000_000)]
    [InlineData("1.5KOII", 1_500_000_000)]
    [InlineData("1.5 koii", 1_500_000_000)]
    [InlineData("1500000000roe", 1_500_000_000)]
    [InlineData("7 Lamports", 7)]
    [InlineData("0", 0)]
    [InlineData("0.000000001", 1)]
    [InlineData(" 10 ", 10_000_000_000)]
    [InlineData("18446744073", 18_446_744_073_000_000_000)]
    public void An_amount_is_read_as_people_write_it(string text, ulong lamports)
    {
        Assert.True(Lamports.TryParse(text, out var amount));
        Assert.Equal(new Lamports(lamports), amount);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("KOII")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    [InlineData("1.5roe")]
    [InlineData("0.0000000001")]
    [InlineData("18446744074")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("18446744073709551616roe")]
    [InlineData("NaN")]
    public void What_is_no_amount_is_not_read_as_one(string? text) => Assert.False(Lamports.TryParse(text, out _));
}
