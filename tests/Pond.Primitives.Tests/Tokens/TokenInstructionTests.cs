using Pond.Primitives.Tokens;

namespace Pond.Primitives.Tests.Tokens;

public sealed class TokenInstructionTests
{
    private static readonly Pubkey Key = new(Enumerable.Repeat((byte)5, Pubkey.SizeBytes).ToArray());

    private static readonly TokenInstruction[] All =
    [
        new TokenInstruction.InitializeMint(9, Key, Key),
        new TokenInstruction.InitializeAccount(),
        new TokenInstruction.InitializeMultisig(2),
        new TokenInstruction.Transfer(1),
        new TokenInstruction.Approve(2),
        new TokenInstruction.Revoke(),
        new TokenInstruction.SetAuthority(AuthorityType.CloseAccount, Key),
        new TokenInstruction.MintTo(3),
        new TokenInstruction.Burn(4),
        new TokenInstruction.CloseAccount(),
        new TokenInstruction.FreezeAccount(),
        new TokenInstruction.ThawAccount(),
        new TokenInstruction.TransferChecked(5, 6),
        new TokenInstruction.ApproveChecked(7, 8),
        new TokenInstruction.MintToChecked(9, 10),
        new TokenInstruction.BurnChecked(11, 12),
        new TokenInstruction.InitializeAccount2(Key),
        new TokenInstruction.SyncNative(),
        new TokenInstruction.InitializeAccount3(Key),
        new TokenInstruction.InitializeMultisig2(3),
        new TokenInstruction.InitializeMint2(0, Key, null),
        new TokenInstruction.GetAccountDataSize(),
        new TokenInstruction.InitializeImmutableOwner(),
        new TokenInstruction.AmountToUiAmount(13),
        new TokenInstruction.UiAmountToAmount("1.5"),
    ];

    [Fact]
    public void Each_instruction_has_its_number_and_survives_the_wire()
    {
        for (var index = 0; index < All.Length; index++)
        {
            var data = All[index].Encode();
            Assert.Equal(index, data[0]);
            Assert.True(TokenInstruction.TryParse(data, out var parsed));
            Assert.Equal(All[index], parsed);
        }
    }

    [Fact]
    public void Data_that_ends_early_is_no_instruction()
    {
        foreach (var instruction in All.Where(instruction => instruction is not TokenInstruction.UiAmountToAmount))
        {
            Assert.False(TokenInstruction.TryParse(instruction.Encode().AsSpan()[..^1], out _));
        }
    }

    [Fact]
    public void Data_after_the_end_is_ignored()
    {
        Assert.True(TokenInstruction.TryParse([.. new TokenInstruction.Transfer(1).Encode(), 9], out var parsed));
        Assert.Equal(new TokenInstruction.Transfer(1), parsed);
    }

    [Theory]
    [InlineData("19")]
    [InlineData("ff")]
    [InlineData("060400")]
    [InlineData("060002")]
    [InlineData("18c0")]
    public void Unknown_numbers_kinds_and_tags_are_no_instruction(string hex) =>
        Assert.False(TokenInstruction.TryParse(Convert.FromHexString(hex), out _));
}
