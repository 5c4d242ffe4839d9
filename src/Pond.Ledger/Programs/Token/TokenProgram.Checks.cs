using System.Diagnostics.CodeAnalysis;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;

namespace Pond.Ledger.Programs.Token;

internal sealed partial class TokenProgram
{
    private static bool TryRead(
        BorrowedAccount account, [NotNullWhen(true)] out TokenAccount? state, [NotNullWhen(false)] out InstructionError? error)
    {
        error =
            !TokenAccount.TryParse(account.Data, out state) ? new(InstructionErrorKind.InvalidAccountData)
            : state.State is TokenAccountState.Uninitialized ? new(InstructionErrorKind.UninitializedAccount)
            : null;
        return error is null;
    }

    private static bool TryRead(
        BorrowedAccount account, [NotNullWhen(true)] out Mint? state, [NotNullWhen(false)] out InstructionError? error)
    {
        error =
            !Mint.TryParse(account.Data, out state) ? new(InstructionErrorKind.InvalidAccountData)
            : !state.IsInitialized ? new(InstructionErrorKind.UninitializedAccount)
            : null;
        return error is null;
    }

    private static InstructionError? FindProgramFault(BorrowedAccount account) =>
        account.Owner == ProgramIds.Token ? null : new(InstructionErrorKind.IncorrectProgramId);

    /// <summary>Whether the mint is the one that the account's tokens are of, with the decimal places that the caller thinks it has.</summary>
    private static InstructionError? FindMintFault(TokenAccount account, BorrowedAccount mint, byte decimals) =>
        account.Mint != mint.Key ? Fail(TokenErrorCode.MintMismatch)
        : !TryRead(mint, out Mint? state, out var error) ? error
        : state.Decimals != decimals ? Fail(TokenErrorCode.MintDecimalsMismatch)
        : null;

    /// <summary>Whether the authority is the expected one and signed, itself or by enough of a multisig's signers.</summary>
    private static InstructionError? FindAuthorityFault(Pubkey expected, BorrowedAccount authority, ReadOnlySpan<BorrowedAccount> signers)
    {
        if (authority.Key != expected)
        {
            return Fail(TokenErrorCode.OwnerMismatch);
        }

        if (authority.Owner != ProgramIds.Token || authority.Data.Length != Multisig.SizeBytes)
        {
            return authority.IsSigner ? null : new(InstructionErrorKind.MissingRequiredSignature);
        }

        if (!Multisig.TryParse(authority.Data, out var multisig))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        return !multisig.IsInitialized ? new(InstructionErrorKind.UninitializedAccount) : FindMultisigFault(multisig, signers);
    }

    private static InstructionError? FindMultisigFault(Multisig multisig, ReadOnlySpan<BorrowedAccount> signers)
    {
        Span<bool> isMatched = stackalloc bool[Multisig.MaxSigners];
        var count = 0;
        foreach (var signer in signers)
        {
            for (var index = 0; index < multisig.Signers.Length; index++)
            {
                if (multisig.Signers[index] != signer.Key || isMatched[index])
                {
                    continue;
                }

                if (!signer.IsSigner)
                {
                    return new(InstructionErrorKind.MissingRequiredSignature);
                }

                isMatched[index] = true;
                count++;
            }
        }

        return count < multisig.Required ? new(InstructionErrorKind.MissingRequiredSignature) : null;
    }

    private static bool IsRentExempt(BorrowedAccount account) => account.Lamports >= Rent.MinimumFor((ulong)account.Data.Length);

    // Nobody can sign for these two: whatever they own is lost, so anybody may burn it.
    private static bool IsAbandoned(TokenAccount account) =>
        account.Owner == ProgramIds.System || account.Owner == ProgramIds.Incinerator;
}
