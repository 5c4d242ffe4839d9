using FsCheck;
using FsCheck.Fluent;
using Pond.Primitives.Accounts;
using static Pond.Testing.ByteText;

namespace Pond.Primitives.Tests.Accounts;

public sealed class AccountStateTests
{
    private static readonly Pubkey Authority = Pubkey.Parse("AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9");

    [Fact]
    public void A_nonce_is_that_of_other_clients() => Assert.Equal(
        Hex("aa9e68c279fc733761ea504861dcea753bad10830d2d62c4e1df0fbd51a63aae"),
        NonceState.NonceOf(new Hash([.. Enumerable.Repeat((byte)3, 32)])).ToArray());

    [Fact]
    public void A_nonce_account_has_its_layout()
    {
        var state = new NonceState { IsInitialized = true, Authority = Authority, Nonce = new Hash(Filled(9)), FeePerSignature = new(5000) };
        var data = new byte[NonceState.SizeBytes];

        Assert.True(state.TryWriteTo(data));
        Assert.Equal(
            Hex("01000000 01000000" + Convert.ToHexString(Authority.ToArray()) + Convert.ToHexString(Filled(9)) + "8813000000000000"), data);
        Assert.True(NonceState.TryParse(data, out var read));
        Assert.Equal(state, read);
        Assert.False(state.TryWriteTo(new byte[79]));
    }

    [Fact]
    public void An_account_of_zeros_is_a_nonce_account_that_nobody_initialized()
    {
        Assert.True(NonceState.TryParse(new byte[80], out var state));
        Assert.Equal((true, false), (state.IsLegacy, state.IsInitialized));
    }

    [Theory]
    [InlineData("")]
    [InlineData("01000000 010000")]
    [InlineData("02000000 00000000")] // no such version
    [InlineData("01000000 02000000")] // no such state
    [InlineData("01000000 01000000")] // cut
    public void Other_bytes_are_no_nonce_account(string data) => Assert.False(NonceState.TryParse(Hex(data), out _));

    [Fact]
    public void A_table_has_its_layout()
    {
        var table = new AddressLookupTable
        {
            DeactivatedAt = new Slot(5),
            LastExtendedAt = new Slot(3),
            LastExtendedStart = 2,
            Authority = Authority,
            Addresses = [new Pubkey(Filled(9))],
        };

        Assert.Equal(
            Hex("01000000 0500000000000000 0300000000000000 02 01" + Convert.ToHexString(Authority.ToArray()) + "0000" + Convert.ToHexString(Filled(9))),
            table.ToArray());
        Assert.Equal(Hex("01000000 ffffffffffffffff 0000000000000000 00 00" + new string('0', 68)), new AddressLookupTable().ToArray());
    }

    [Fact]
    public void Reading_undoes_writing_for_every_table()
    {
        var tables =
            from deactivated in Gen.Choose(0, int.MaxValue)
            from extended in Gen.Choose(0, int.MaxValue)
            from hasAuthority in Gen.Elements(true, false)
            from addresses in Gen.Choose(0, 255).Select(value => new Pubkey(Filled((byte)value))).ListOf().Resize(20)
            select new AddressLookupTable
            {
                DeactivatedAt = deactivated % 2 == 0 ? null : new Slot((ulong)deactivated),
                LastExtendedAt = new Slot((ulong)extended),
                LastExtendedStart = (byte)(extended % 256),
                Authority = hasAuthority ? Authority : null,
                Addresses = [.. addresses],
            };
        Prop.ForAll(tables.ToArbitrary(), table =>
            AddressLookupTable.TryParse(table.ToArray(), out var read)
            && read.Addresses.SequenceEqual(table.Addresses)
            && read with { Addresses = table.Addresses } == table).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(55)]
    [InlineData(57)]
    [InlineData(87)]
    public void Data_of_another_size_is_no_table(int sizeBytes) =>
        Assert.False(AddressLookupTable.TryParse([1, .. new byte[sizeBytes - 1]], out _));

    [Fact]
    public void An_account_of_zeros_is_no_table() => Assert.False(AddressLookupTable.TryParse(new byte[56], out _));

    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, 32)];
}
