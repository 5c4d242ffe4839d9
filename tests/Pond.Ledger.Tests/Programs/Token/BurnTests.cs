using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class BurnTests
{
    private readonly TokenLedger _ledger = new();

    public BurnTests() => _ledger.Give(_ledger.OfAlice, 100);

    private Instruction Burn(ulong amount) => new TokenInstruction.Burn(amount).ToInstruction(_ledger.OfAlice, _ledger.Mint, Alice);

    private Instruction Checked(ulong amount, byte decimals = Decimals) =>
        new TokenInstruction.BurnChecked(amount, decimals).ToInstruction(_ledger.OfAlice, _ledger.Mint, Alice);

    [Fact]
    public void The_supply_shrinks_with_the_balance()
    {
        _ledger.MustSend(Burn(60));
        _ledger.MustSend(Checked(40));
        Assert.Equal(0ul, _ledger.Account(_ledger.OfAlice).Amount);
        Assert.Equal(0ul, _ledger.MintState(_ledger.Mint).Supply);
    }

    [Fact]
    public void The_checks_in_their_order()
    {
        _ledger.NeedsAllAccounts(Burn(1), 3);
        _ledger.NeedsAllAccounts(Checked(1), 3);
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Burn(1).With(0, Stranger));
        _ledger.Refuses(InstructionErrorKind.UninitializedAccount, Burn(1).With(1, _ledger.Empty(Mint.SizeBytes)));
        _ledger.Refuses(TokenErrorCode.NativeNotSupported, Burn(1).With(0, _ledger.NewAccount(ProgramIds.NativeMint, Alice, extra: 5)));
        _ledger.Refuses(TokenErrorCode.InsufficientFunds, Burn(101).With(1, _ledger.NewMint()));
        _ledger.Refuses(TokenErrorCode.MintMismatch, Checked(1, Decimals + 1).With(1, _ledger.NewMint()));
        _ledger.Refuses(TokenErrorCode.MintDecimalsMismatch, Checked(1, Decimals + 1).With(2, Bob));
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, Burn(1).With(2, Bob));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, Burn(1).Unsigned(2));
        _ledger.Freeze(_ledger.OfAlice);
        _ledger.Refuses(TokenErrorCode.AccountFrozen, Burn(101));
    }

    [Fact]
    public void A_delegate_burns_what_he_may()
    {
        _ledger.MustSend(new TokenInstruction.Approve(40).ToInstruction(_ledger.OfAlice, Bob, Alice));
        _ledger.Refuses(TokenErrorCode.InsufficientFunds, Burn(41).With(2, Bob));
        _ledger.MustSend(Burn(40).With(2, Bob));
        Assert.Null(_ledger.Account(_ledger.OfAlice).Delegate);
    }

    [Fact]
    public void Anybody_burns_what_was_thrown_away()
    {
        var account = _ledger.NewAccount(_ledger.Mint, ProgramIds.Incinerator);
        _ledger.Give(account, 10);
        _ledger.MustSend(new TokenInstruction.Burn(10).ToInstruction(account, _ledger.Mint, Stranger));
        Assert.Equal(100ul, _ledger.MintState(_ledger.Mint).Supply);
    }
}
