using System.Globalization;
using Pond.Primitives.Tokens;

namespace Pond.Primitives.Tests.Tokens;

public sealed class TokenLayoutTests
{
    private static readonly Pubkey One = Key(1);
    private static readonly Pubkey Two = Key(2);

    [Fact]
    public void A_mint_has_82_bytes()
    {
        var mint = new Mint { MintAuthority = One, Supply = 42, Decimals = 7, IsInitialized = true, FreezeAuthority = Two };
        var data = new byte[Mint.SizeBytes];
        mint.WriteTo(data);

        Assert.Equal($"01000000{Hex(1)}2a00000000000000070101000000{Hex(2)}", Convert.ToHexStringLower(data));
        Assert.True(Mint.TryParse(data, out var parsed));
        Assert.Equal(mint, parsed);
    }

    [Fact]
    public void A_token_account_has_165_bytes()
    {
        var account = new TokenAccount
        {
            Mint = One,
            Owner = Two,
            Amount = 3,
            Delegate = Key(4),
            State = TokenAccountState.Frozen,
            NativeReserve = 5,
            DelegatedAmount = 6,
            CloseAuthority = Key(7),
        };
        var data = new byte[TokenAccount.SizeBytes];
        account.WriteTo(data);

        Assert.Equal(
            $"{Hex(1)}{Hex(2)}0300000000000000" + $"01000000{Hex(4)}02" + "010000000500000000000000" + $"060000000000000001000000{Hex(7)}",
            Convert.ToHexStringLower(data));
        Assert.True(TokenAccount.TryParse(data, out var parsed));
        Assert.Equal(account, parsed);
    }

    [Fact]
    public void A_multisig_has_355_bytes()
    {
        var multisig = new Multisig(1, [One, Two], IsInitialized: true);
        var data = new byte[Multisig.SizeBytes];
        multisig.WriteTo(data);
        Assert.StartsWith($"010201{Hex(1)}{Hex(2)}00", Convert.ToHexStringLower(data), StringComparison.Ordinal);
        Assert.True(Multisig.TryParse(data, out var parsed));
        Assert.Equal(multisig, parsed);
    }

    [Fact]
    public void What_goes_leaves_its_bytes_behind()
    {
        var data = new byte[Mint.SizeBytes];
        new Mint { MintAuthority = One, Supply = 0, Decimals = 0, IsInitialized = true }.WriteTo(data);
        new Mint { Supply = 0, Decimals = 0, IsInitialized = true }.WriteTo(data);
        Assert.Equal([0, 0, 0, 0, 1], data[..5]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(45)]
    [InlineData(46)]
    public void Tags_and_flags_that_there_are_not_are_refused(int offset)
    {
        var data = new byte[Mint.SizeBytes];
        data[offset] = 2;
        Assert.False(Mint.TryParse(data, out _));
    }

    [Fact]
    public void Other_sizes_and_states_are_refused()
    {
        Assert.False(Mint.TryParse(new byte[81], out _));
        Assert.False(TokenAccount.TryParse(new byte[166], out _));
        Assert.False(Multisig.TryParse(new byte[354], out _));
        var account = new byte[TokenAccount.SizeBytes];
        account[108] = 3;
        Assert.False(TokenAccount.TryParse(account, out _));
        var multisig = new byte[Multisig.SizeBytes];
        multisig[1] = 12;
        Assert.False(Multisig.TryParse(multisig, out _));
    }

    [Theory]
    [InlineData(0ul, 0, "0")]
    [InlineData(0ul, 9, "0")]
    [InlineData(1ul, 9, "0.000000001")]
    [InlineData(1_500_000_000ul, 9, "1.5")]
    [InlineData(100ul, 0, "100")]
    [InlineData(ulong.MaxValue, 1, "1844674407370955161.5")]
    public void Amounts_and_their_texts(ulong amount, byte decimals, string text)
    {
        Assert.Equal(text, TokenAmount.ToText(amount, decimals));
        Assert.True(TokenAmount.TryParse(text, decimals, out var parsed));
        Assert.Equal(amount, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-1")]
    [InlineData("1.2.3")]
    [InlineData("0.0000000001")]
    [InlineData("18446744074")]
    [InlineData("1\0")]
    [InlineData("1e3")]
    [InlineData(" 1")]
    public void Texts_that_are_no_amount_with_nine_places(string text) => Assert.False(TokenAmount.TryParse(text, 9, out _));

    [Fact]
    public void An_associated_account_has_the_address_that_clients_compute() => Assert.Equal(
        // From the tests of @solana/spl-token: getAssociatedTokenAddress.
        "DShWnroshVbeUp28oopA3Pu7oFPDBtC1DBmPECXXAQ9n",
        AssociatedTokenInstruction.Find(
            Pubkey.Parse("B8UwBUUnKwCyKuGMbFKWaG7exYdDk2ozZrPg72NyVbfj"),
            Pubkey.Parse("7o36UsWR1JQLpZ9PE2gn9L4SQ69CNNiWAXd4Jt7rqz9Z")).Address.ToString());

    private static Pubkey Key(byte value) => new(Enumerable.Repeat(value, Pubkey.SizeBytes).ToArray());

    private static string Hex(byte value) => string.Concat(Enumerable.Repeat(value.ToString("x2", CultureInfo.InvariantCulture), Pubkey.SizeBytes));
}
