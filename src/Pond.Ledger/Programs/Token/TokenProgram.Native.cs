using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;

namespace Pond.Ledger.Programs.Token;

internal sealed partial class TokenProgram
{
    private static InstructionError? CloseAccount(BorrowedAccounts accounts)
    {
        if (!accounts.TryTake(out var account) || !accounts.TryTake(out var destination) || !accounts.TryTake(out var authority))
        {
            return MissingAccount();
        }

        if (account.Key == destination.Key)
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        if (!TryRead(account, out TokenAccount? state, out var error))
        {
            return error;
        }

        if (!state.IsNative && state.Amount != 0)
        {
            return Fail(TokenErrorCode.NonNativeHasBalance);
        }

        if (!IsAbandoned(state))
        {
            if (FindAuthorityFault(state.CloseAuthority ?? state.Owner, authority, accounts.Rest) is { } fault)
            {
                return fault;
            }
        }
        else if (destination.Key != ProgramIds.Incinerator)
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        destination.Lamports += account.Lamports;
        account.Lamports = Lamports.Zero;
        account.Data = [];
        account.Owner = ProgramIds.System;
        return null;
    }

    private static InstructionError? SyncNative(BorrowedAccounts accounts)
    {
        if (!accounts.TryTake(out var account))
        {
            return MissingAccount();
        }

        if (FindProgramFault(account) is { } fault)
        {
            return fault;
        }

        if (!TryRead(account, out TokenAccount? state, out var error))
        {
            return error;
        }

        if (state.NativeReserve is not { } reserve)
        {
            return Fail(TokenErrorCode.NonNativeNotSupported);
        }

        if (account.Lamports.Value < reserve)
        {
            return Fail(TokenErrorCode.Overflow);
        }

        var amount = account.Lamports.Value - reserve;
        if (amount < state.Amount)
        {
            return Fail(TokenErrorCode.InvalidState);
        }

        (state with { Amount = amount }).WriteTo(account.Data);
        return null;
    }
}
