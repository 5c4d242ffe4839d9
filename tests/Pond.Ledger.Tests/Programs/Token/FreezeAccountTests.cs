using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class FreezeAccountTests
{
    private readonly TokenLedger _ledger = new();

    private Instruction Freeze() => new TokenInstruction.FreezeAccount().ToInstruction(_ledger.OfAlice, _ledger.Mint, Freezer);

    private Instruction Thaw() => new TokenInstruction.ThawAccount().ToInstruction(_ledger.OfAlice, _ledger.Mint, Freezer);

    [Fact]
    public void An_account_is_frozen_once_and_thawed_once()
    {
        _ledger.Refuses(TokenErrorCode.InvalidState, Thaw());
        _ledger.MustSend(Freeze());
        Assert.True(_ledger.Account(_ledger.OfAlice).IsFrozen);
        _ledger.Refuses(TokenErrorCode.InvalidState, Freeze());
        _ledger.MustSend(Thaw());
        Assert.False(_ledger.Account(_ledger.OfAlice).IsFrozen);
    }

    [Fact]
    public void The_checks_in_their_order()
    {
        _ledger.NeedsAllAccounts(Freeze(), 3);
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Freeze().With(0, Stranger));
        _ledger.Refuses(TokenErrorCode.NativeNotSupported, Freeze().With(0, _ledger.NewAccount(ProgramIds.NativeMint, Alice)));
        _ledger.Refuses(TokenErrorCode.MintMismatch, Freeze().With(1, _ledger.NewMint()));
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, Freeze().With(2, Minter));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, Freeze().Unsigned(2));
        _ledger.Refuses(InstructionErrorKind.ReadonlyDataModified, Freeze().ReadOnly(0));
    }

    [Fact]
    public void A_mint_without_freeze_authority_freezes_nobody()
    {
        var mint = _ledger.NewMint(canFreeze: false);
        var account = _ledger.NewAccount(mint, Alice);
        _ledger.Refuses(TokenErrorCode.MintCannotFreeze, new TokenInstruction.FreezeAccount().ToInstruction(account, mint, Freezer));
    }
}
