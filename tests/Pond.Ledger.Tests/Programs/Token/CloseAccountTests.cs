using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class CloseAccountTests
{
    private readonly TokenLedger _ledger = new();

    private Instruction Close() => new TokenInstruction.CloseAccount().ToInstruction(_ledger.OfAlice, Stranger, Alice);

    [Fact]
    public void The_lamports_go_to_the_destination_and_the_account_is_gone()
    {
        var before = _ledger.Bank.GetAccount(Stranger)!.Lamports;
        _ledger.MustSend(Close());
        Assert.Null(_ledger.Bank.GetAccount(_ledger.OfAlice));
        Assert.Equal(before + Rent.MinimumFor(TokenAccount.SizeBytes), _ledger.Bank.GetAccount(Stranger)!.Lamports);
    }

    [Fact]
    public void A_closed_account_that_gets_lamports_again_is_an_empty_one()
    {
        _ledger.MustSend(
            Close(),
            new SystemInstruction.Transfer(Lamports.FromKoii(1)).ToInstruction(TestLedger.Faucet.PublicKey, _ledger.OfAlice));
        var account = _ledger.Bank.GetAccount(_ledger.OfAlice)!;
        Assert.True(account.Owner == ProgramIds.System && account.Data.IsEmpty);
    }

    [Fact]
    public void The_checks_in_their_order()
    {
        _ledger.NeedsAllAccounts(Close(), 3);
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Close().With(1, _ledger.OfAlice));
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Close().With(0, _ledger.Mint));
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, Close().With(2, Bob));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, Close().Unsigned(2));
        _ledger.Refuses(InstructionErrorKind.ReadonlyLamportChange, Close().ReadOnly(0));
        _ledger.Refuses(InstructionErrorKind.ReadonlyLamportChange, Close().ReadOnly(1));
        _ledger.Give(_ledger.OfAlice, 1);
        _ledger.Refuses(TokenErrorCode.NonNativeHasBalance, Close().With(2, Bob));
    }

    [Fact]
    public void A_close_authority_stands_in_the_owners_place()
    {
        _ledger.MustSend(new TokenInstruction.SetAuthority(AuthorityType.CloseAccount, Bob).ToInstruction(_ledger.OfAlice, Alice));
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, Close());
        _ledger.MustSend(Close().With(2, Bob));
    }

    [Fact]
    public void Wrapped_lamports_are_unwrapped()
    {
        var account = _ledger.NewAccount(ProgramIds.NativeMint, Alice, extra: 900);
        var before = _ledger.Bank.GetAccount(Stranger)!.Lamports;
        _ledger.MustSend(Close().With(0, account));
        Assert.Equal(before + Rent.MinimumFor(TokenAccount.SizeBytes) + new Lamports(900), _ledger.Bank.GetAccount(Stranger)!.Lamports);
    }

    [Fact]
    public void What_was_thrown_away_is_closed_by_anybody_and_only_into_the_incinerator()
    {
        var account = _ledger.NewAccount(_ledger.Mint, ProgramIds.Incinerator);
        var close = Close().With(0, account).With(2, Bob);
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, close);
        _ledger.MustSend(close.With(1, ProgramIds.Incinerator));
    }
}
