using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;

namespace Pond.Ledger.Programs.Token;

internal sealed partial class TokenProgram
{
    private static InstructionError? InitializeMint(
        BorrowedAccounts accounts, byte decimals, Pubkey mintAuthority, Pubkey? freezeAuthority, bool hasRentAccount)
    {
        if (!accounts.TryTake(out var account))
        {
            return MissingAccount();
        }

        if (hasRentAccount && TakeRent(accounts) is { } rentError)
        {
            return rentError;
        }

        if (!Mint.TryParse(account.Data, out var mint))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        if (mint.IsInitialized)
        {
            return Fail(TokenErrorCode.AlreadyInUse);
        }

        if (!IsRentExempt(account))
        {
            return Fail(TokenErrorCode.NotRentExempt);
        }

        (mint with { MintAuthority = mintAuthority, Decimals = decimals, IsInitialized = true, FreezeAuthority = freezeAuthority })
            .WriteTo(account.Data);
        return null;
    }

    private static InstructionError? InitializeAccount(BorrowedAccounts accounts, Pubkey? owner, bool hasRentAccount)
    {
        if (!accounts.TryTake(out var account) || !accounts.TryTake(out var mint))
        {
            return MissingAccount();
        }

        if (owner is null)
        {
            if (!accounts.TryTake(out var named))
            {
                return MissingAccount();
            }

            owner = named.Key;
        }

        if (hasRentAccount && TakeRent(accounts) is { } rentError)
        {
            return rentError;
        }

        if (!TokenAccount.TryParse(account.Data, out var state))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        if (state.State is not TokenAccountState.Uninitialized)
        {
            return Fail(TokenErrorCode.AlreadyInUse);
        }

        if (!IsRentExempt(account))
        {
            return Fail(TokenErrorCode.NotRentExempt);
        }

        var isNative = mint.Key == ProgramIds.NativeMint;
        if (!isNative)
        {
            if (FindProgramFault(mint) is { } fault)
            {
                return fault;
            }

            if (!TryRead(mint, out Mint? _, out _))
            {
                return Fail(TokenErrorCode.InvalidMint);
            }
        }

        var reserve = Rent.MinimumFor((ulong)account.Data.Length).Value;
        new TokenAccount
        {
            Mint = mint.Key,
            Owner = owner.Value,
            State = TokenAccountState.Initialized,
            NativeReserve = isNative ? reserve : null,
            Amount = isNative ? account.Lamports.Value - reserve : 0,
            CloseAuthority = state.CloseAuthority,
        }.WriteTo(account.Data);
        return null;
    }

    private static InstructionError? InitializeMultisig(BorrowedAccounts accounts, byte required, bool hasRentAccount)
    {
        if (!accounts.TryTake(out var account))
        {
            return MissingAccount();
        }

        if (hasRentAccount && TakeRent(accounts) is { } rentError)
        {
            return rentError;
        }

        if (!Multisig.TryParse(account.Data, out var multisig))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        if (multisig.IsInitialized)
        {
            return Fail(TokenErrorCode.AlreadyInUse);
        }

        if (!IsRentExempt(account))
        {
            return Fail(TokenErrorCode.NotRentExempt);
        }

        var signers = accounts.Rest.ToArray();
        if (signers.Length is < 1 or > Multisig.MaxSigners)
        {
            return Fail(TokenErrorCode.InvalidNumberOfProvidedSigners);
        }

        if (required is < 1 or > Multisig.MaxSigners)
        {
            return Fail(TokenErrorCode.InvalidNumberOfRequiredSigners);
        }

        new Multisig(required, [.. signers.Select(signer => signer.Key)], IsInitialized: true).WriteTo(account.Data);
        return null;
    }

    // Every owner can be changed here. The instruction exists because the associated token program calls it for all token programs.
    private static InstructionError? InitializeImmutableOwner(InstructionContext context, BorrowedAccounts accounts)
    {
        if (!accounts.TryTake(out var account))
        {
            return MissingAccount();
        }

        if (!TokenAccount.TryParse(account.Data, out var state))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        if (state.State is not TokenAccountState.Uninitialized)
        {
            return Fail(TokenErrorCode.AlreadyInUse);
        }

        context.Log("Please upgrade to SPL Token 2022 for immutable owner support");
        return null;
    }

    private static InstructionError? TakeRent(BorrowedAccounts accounts) =>
        !accounts.TryTake(out var rent) ? MissingAccount()
        : rent.Key != ProgramIds.Rent ? new(InstructionErrorKind.InvalidArgument)
        : null;
}
