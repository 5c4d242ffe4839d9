using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class SetAuthorityTests
{
    private readonly TokenLedger _ledger = new();

    private Instruction OfAccount(AuthorityType type, Pubkey? next, Pubkey? by = null) =>
        new TokenInstruction.SetAuthority(type, next).ToInstruction(_ledger.OfAlice, by ?? Alice);

    private Instruction OfMint(AuthorityType type, Pubkey? next, Pubkey by) =>
        new TokenInstruction.SetAuthority(type, next).ToInstruction(_ledger.Mint, by);

    [Fact]
    public void A_new_owner_inherits_no_delegate_and_the_close_authority_stays()
    {
        _ledger.MustSend(OfAccount(AuthorityType.CloseAccount, Stranger));
        _ledger.MustSend(new TokenInstruction.Approve(5).ToInstruction(_ledger.OfAlice, Stranger, Alice));
        _ledger.MustSend(OfAccount(AuthorityType.AccountOwner, Bob));

        var state = _ledger.Account(_ledger.OfAlice);
        Assert.Equal((Bob, null, 0ul, Stranger), (state.Owner, state.Delegate, state.DelegatedAmount, state.CloseAuthority));
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, OfAccount(AuthorityType.AccountOwner, Alice));
    }

    [Fact]
    public void An_account_of_wrapped_lamports_loses_its_close_authority_with_its_owner()
    {
        var account = _ledger.NewAccount(ProgramIds.NativeMint, Alice);
        _ledger.MustSend(new TokenInstruction.SetAuthority(AuthorityType.CloseAccount, Stranger).ToInstruction(account, Alice));
        _ledger.MustSend(new TokenInstruction.SetAuthority(AuthorityType.AccountOwner, Bob).ToInstruction(account, Alice));
        Assert.Null(_ledger.Account(account).CloseAuthority);
    }

    [Fact]
    public void Rights_in_a_mint_go_for_ever_when_they_go_to_nobody()
    {
        _ledger.MustSend(OfMint(AuthorityType.MintTokens, null, Minter));
        _ledger.MustSend(OfMint(AuthorityType.FreezeAccount, null, Freezer));
        _ledger.Refuses(TokenErrorCode.FixedSupply, OfMint(AuthorityType.MintTokens, Alice, Minter));
        _ledger.Refuses(TokenErrorCode.MintCannotFreeze, OfMint(AuthorityType.FreezeAccount, Alice, Freezer));
    }

    [Fact]
    public void Whoever_is_no_authority_sets_none()
    {
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, OfMint(AuthorityType.MintTokens, Alice, Alice));
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, OfMint(AuthorityType.FreezeAccount, Alice, Minter));
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, OfAccount(AuthorityType.CloseAccount, Bob, Bob));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, OfAccount(AuthorityType.AccountOwner, Bob).Unsigned(1));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, OfMint(AuthorityType.MintTokens, Bob, Minter).Unsigned(1));
        _ledger.NeedsAllAccounts(OfAccount(AuthorityType.AccountOwner, Bob), 2);
    }

    [Fact]
    public void Each_account_has_its_own_rights_and_an_owner_always()
    {
        _ledger.Refuses(TokenErrorCode.AuthorityTypeNotSupported, OfAccount(AuthorityType.MintTokens, Bob));
        _ledger.Refuses(TokenErrorCode.AuthorityTypeNotSupported, OfMint(AuthorityType.AccountOwner, Bob, Minter));
        _ledger.Refuses(TokenErrorCode.InvalidInstruction, OfAccount(AuthorityType.AccountOwner, null));
        _ledger.Refuses(InstructionErrorKind.InvalidArgument, OfAccount(AuthorityType.AccountOwner, Bob).With(0, Stranger));
    }

    [Fact]
    public void A_frozen_account_keeps_its_rights_where_they_are()
    {
        _ledger.Freeze(_ledger.OfAlice);
        _ledger.Refuses(TokenErrorCode.AccountFrozen, OfAccount(AuthorityType.MintTokens, Bob, Bob));
    }
}
