using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class MintToTests
{
    private readonly TokenLedger _ledger = new();

    private Instruction MintTo(ulong amount) => new TokenInstruction.MintTo(amount).ToInstruction(_ledger.Mint, _ledger.OfAlice, Minter);

    private Instruction Checked(ulong amount, byte decimals = Decimals) =>
        new TokenInstruction.MintToChecked(amount, decimals).ToInstruction(_ledger.Mint, _ledger.OfAlice, Minter);

    [Fact]
    public void The_supply_grows_with_the_balance_up_to_the_largest_number()
    {
        _ledger.MustSend(MintTo(ulong.MaxValue - 1));
        _ledger.MustSend(Checked(1));
        Assert.Equal(ulong.MaxValue, _ledger.Account(_ledger.OfAlice).Amount);
        Assert.Equal(ulong.MaxValue, _ledger.MintState(_ledger.Mint).Supply);
        _ledger.Refuses(TokenErrorCode.Overflow, MintTo(1));
        _ledger.Refuses(TokenErrorCode.Overflow, MintTo(1).With(1, _ledger.OfBob));
    }

    [Fact]
    public void The_checks_in_their_order()
    {
        _ledger.NeedsAllAccounts(MintTo(1), 3);
        _ledger.NeedsAllAccounts(Checked(1), 3);
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, MintTo(1).With(1, Stranger));
        _ledger.Refuses(TokenErrorCode.NativeNotSupported, MintTo(1).With(1, _ledger.NewAccount(ProgramIds.NativeMint, Alice)));
        _ledger.Refuses(TokenErrorCode.MintMismatch, Checked(1, Decimals + 1).With(0, _ledger.NewMint()));
        _ledger.Refuses(TokenErrorCode.MintDecimalsMismatch, Checked(1, Decimals + 1).With(2, Bob));
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, MintTo(1).With(2, Bob));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, MintTo(1).Unsigned(2));
        _ledger.Refuses(InstructionErrorKind.ReadonlyDataModified, MintTo(1).ReadOnly(0));
        _ledger.Refuses(InstructionErrorKind.ReadonlyDataModified, MintTo(1).ReadOnly(1));
        _ledger.Freeze(_ledger.OfAlice);
        _ledger.Refuses(TokenErrorCode.AccountFrozen, MintTo(1).With(2, Bob));
    }

    [Fact]
    public void A_fixed_supply_stays()
    {
        _ledger.MustSend(new TokenInstruction.SetAuthority(AuthorityType.MintTokens, null).ToInstruction(_ledger.Mint, Minter));
        _ledger.Refuses(TokenErrorCode.FixedSupply, MintTo(1));
    }
}
