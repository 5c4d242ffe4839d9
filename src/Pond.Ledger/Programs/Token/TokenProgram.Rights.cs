using Pond.Primitives.Tokens;

namespace Pond.Ledger.Programs.Token;

internal sealed partial class TokenProgram
{
    private static InstructionError? Approve(BorrowedAccounts accounts, ulong amount, byte? decimals)
    {
        BorrowedAccount? mint = null;
        if (!accounts.TryTake(out var source)
            || (decimals is not null && !accounts.TryTake(out mint))
            || !accounts.TryTake(out var @delegate)
            || !accounts.TryTake(out var owner))
        {
            return MissingAccount();
        }

        if (!TryRead(source, out TokenAccount? state, out var error))
        {
            return error;
        }

        if (state.IsFrozen)
        {
            return Fail(TokenErrorCode.AccountFrozen);
        }

        if (mint is not null && FindMintFault(state, mint, decimals!.Value) is { } mintFault)
        {
            return mintFault;
        }

        if (FindAuthorityFault(state.Owner, owner, accounts.Rest) is { } fault)
        {
            return fault;
        }

        (state with { Delegate = @delegate.Key, DelegatedAmount = amount }).WriteTo(source.Data);
        return null;
    }

    private static InstructionError? Revoke(BorrowedAccounts accounts)
    {
        if (!accounts.TryTake(out var source))
        {
            return MissingAccount();
        }

        if (!TryRead(source, out TokenAccount? state, out var error))
        {
            return error;
        }

        if (!accounts.TryTake(out var owner))
        {
            return MissingAccount();
        }

        if (state.IsFrozen)
        {
            return Fail(TokenErrorCode.AccountFrozen);
        }

        if (FindAuthorityFault(state.Owner, owner, accounts.Rest) is { } fault)
        {
            return fault;
        }

        (state with { Delegate = null, DelegatedAmount = 0 }).WriteTo(source.Data);
        return null;
    }

    private static InstructionError? SetAuthority(BorrowedAccounts accounts, AuthorityType type, Pubkey? next)
    {
        if (!accounts.TryTake(out var account) || !accounts.TryTake(out var authority))
        {
            return MissingAccount();
        }

        return account.Data.Length switch
        {
            TokenAccount.SizeBytes => SetAccountAuthority(account, authority, accounts.Rest, type, next),
            Mint.SizeBytes => SetMintAuthority(account, authority, accounts.Rest, type, next),
            _ => new(InstructionErrorKind.InvalidArgument),
        };
    }

    private static InstructionError? SetAccountAuthority(
        BorrowedAccount account, BorrowedAccount authority, ReadOnlySpan<BorrowedAccount> signers, AuthorityType type, Pubkey? next)
    {
        if (!TryRead(account, out TokenAccount? state, out var error))
        {
            return error;
        }

        if (state.IsFrozen)
        {
            return Fail(TokenErrorCode.AccountFrozen);
        }

        switch (type)
        {
            case AuthorityType.AccountOwner:
                if (FindAuthorityFault(state.Owner, authority, signers) is { } ownerFault)
                {
                    return ownerFault;
                }

                if (next is not { } owner)
                {
                    return Fail(TokenErrorCode.InvalidInstruction);
                }

                // The new owner shall not inherit rights that the old one gave away.
                state = state with
                {
                    Owner = owner,
                    Delegate = null,
                    DelegatedAmount = 0,
                    CloseAuthority = state.IsNative ? null : state.CloseAuthority,
                };
                break;
            case AuthorityType.CloseAccount:
                if (FindAuthorityFault(state.CloseAuthority ?? state.Owner, authority, signers) is { } closeFault)
                {
                    return closeFault;
                }

                state = state with { CloseAuthority = next };
                break;
            default:
                return Fail(TokenErrorCode.AuthorityTypeNotSupported);
        }

        state.WriteTo(account.Data);
        return null;
    }

    private static InstructionError? SetMintAuthority(
        BorrowedAccount account, BorrowedAccount authority, ReadOnlySpan<BorrowedAccount> signers, AuthorityType type, Pubkey? next)
    {
        if (!TryRead(account, out Mint? state, out var error))
        {
            return error;
        }

        // A right that was given to nobody is gone for ever.
        switch (type)
        {
            case AuthorityType.MintTokens:
                if (state.MintAuthority is not { } mintAuthority)
                {
                    return Fail(TokenErrorCode.FixedSupply);
                }

                if (FindAuthorityFault(mintAuthority, authority, signers) is { } mintFault)
                {
                    return mintFault;
                }

                state = state with { MintAuthority = next };
                break;
            case AuthorityType.FreezeAccount:
                if (state.FreezeAuthority is not { } freezeAuthority)
                {
                    return Fail(TokenErrorCode.MintCannotFreeze);
                }

                if (FindAuthorityFault(freezeAuthority, authority, signers) is { } freezeFault)
                {
                    return freezeFault;
                }

                state = state with { FreezeAuthority = next };
                break;
            default:
                return Fail(TokenErrorCode.AuthorityTypeNotSupported);
        }

        state.WriteTo(account.Data);
        return null;
    }

    private static InstructionError? SetFrozen(BorrowedAccounts accounts, bool isFrozen)
    {
        if (!accounts.TryTake(out var account) || !accounts.TryTake(out var mint) || !accounts.TryTake(out var authority))
        {
            return MissingAccount();
        }

        if (!TryRead(account, out TokenAccount? state, out var error))
        {
            return error;
        }

        if (state.IsFrozen == isFrozen)
        {
            return Fail(TokenErrorCode.InvalidState);
        }

        if (state.IsNative)
        {
            return Fail(TokenErrorCode.NativeNotSupported);
        }

        if (state.Mint != mint.Key)
        {
            return Fail(TokenErrorCode.MintMismatch);
        }

        if (!TryRead(mint, out Mint? mintState, out var mintError))
        {
            return mintError;
        }

        if (mintState.FreezeAuthority is not { } expected)
        {
            return Fail(TokenErrorCode.MintCannotFreeze);
        }

        if (FindAuthorityFault(expected, authority, accounts.Rest) is { } fault)
        {
            return fault;
        }

        (state with { State = isFrozen ? TokenAccountState.Frozen : TokenAccountState.Initialized }).WriteTo(account.Data);
        return null;
    }
}
