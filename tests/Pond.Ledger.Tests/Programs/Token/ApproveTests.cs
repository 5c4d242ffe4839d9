using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class ApproveTests
{
    private readonly TokenLedger _ledger = new();

    private Instruction Approve(ulong amount = 5) => new TokenInstruction.Approve(amount).ToInstruction(_ledger.OfAlice, Bob, Alice);

    private Instruction Checked(byte decimals = Decimals) =>
        new TokenInstruction.ApproveChecked(5, decimals).ToInstruction(_ledger.OfAlice, _ledger.Mint, Bob, Alice);

    private Instruction Revoke() => new TokenInstruction.Revoke().ToInstruction(_ledger.OfAlice, Alice);

    [Fact]
    public void A_delegate_may_be_given_more_than_there_is_and_the_last_one_counts()
    {
        _ledger.MustSend(Approve(ulong.MaxValue));
        _ledger.MustSend(Checked().With(2, Stranger));
        var state = _ledger.Account(_ledger.OfAlice);
        Assert.Equal((Stranger, 5ul), (state.Delegate, state.DelegatedAmount));
    }

    [Fact]
    public void Revoking_leaves_the_key_in_the_bytes_but_not_the_right()
    {
        _ledger.MustSend(Approve());
        _ledger.MustSend(Revoke());
        var state = _ledger.Account(_ledger.OfAlice);
        Assert.Equal((null, 0ul), (state.Delegate, state.DelegatedAmount));
        Assert.Equal(Bob, new Pubkey(_ledger.Bank.GetAccount(_ledger.OfAlice)!.Data.AsSpan(76, Pubkey.SizeBytes)));
    }

    [Fact]
    public void Every_account_is_needed()
    {
        _ledger.NeedsAllAccounts(Approve(), 3);
        _ledger.NeedsAllAccounts(Checked(), 4);
        _ledger.NeedsAllAccounts(Revoke(), 2);
    }

    [Fact]
    public void The_checks_in_their_order()
    {
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Approve().With(0, _ledger.Mint));
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Revoke().With(0, _ledger.Mint));
        _ledger.Refuses(TokenErrorCode.MintMismatch, Checked(Decimals + 1).With(1, _ledger.NewMint()));
        _ledger.Refuses(TokenErrorCode.MintDecimalsMismatch, Checked(Decimals + 1).With(3, Bob));
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, Approve().With(2, Bob));
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, Revoke().With(1, Bob));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, Approve().Unsigned(2));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, Revoke().Unsigned(1));
        _ledger.Freeze(_ledger.OfAlice);
        _ledger.Refuses(TokenErrorCode.AccountFrozen, Approve().With(2, Bob));
        _ledger.Refuses(TokenErrorCode.AccountFrozen, Revoke().With(1, Bob));
    }
}
