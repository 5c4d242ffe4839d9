using Pond.Primitives.Tokens;

namespace Pond.Ledger.Programs.AssociatedToken;

internal sealed partial class AssociatedTokenProgram
{
    private static InstructionError? RecoverNested(InstructionContext context, BorrowedAccounts accounts)
    {
        if (!accounts.TryTake(out var nested) || !accounts.TryTake(out var nestedMint) || !accounts.TryTake(out var destination)
            || !accounts.TryTake(out var owner) || !accounts.TryTake(out var ownerMint) || !accounts.TryTake(out var wallet)
            || !accounts.TryTake(out var token))
        {
            return new(InstructionErrorKind.NotEnoughAccountKeys);
        }

        var seedError = Derive(context, wallet.Key, ownerMint.Key, token.Key, "Owner associated address", owner.Key, out var seeds)
            ?? Derive(context, owner.Key, nestedMint.Key, token.Key, "Nested associated address", nested.Key, out _)
            ?? Derive(context, wallet.Key, nestedMint.Key, token.Key, "Destination associated address", destination.Key, out _);
        if (seedError is not null)
        {
            return seedError;
        }

        if (!wallet.IsSigner)
        {
            return Refuse(
                context, InstructionErrorKind.MissingRequiredSignature, "Wallet of the owner associated token account must sign");
        }

        if (ownerMint.Owner != token.Key)
        {
            return Refuse(context, InstructionErrorKind.IllegalOwner, "Owner mint not owned by provided token program");
        }

        if (owner.Owner != token.Key)
        {
            return Refuse(
                context,
                InstructionErrorKind.IllegalOwner,
                "Owner associated token account not owned by provided token program, recreate the owner associated token account first");
        }

        if (ReadState(owner, out var ownerState) is { } ownerError)
        {
            return ownerError;
        }

        if (ownerState!.Owner != wallet.Key)
        {
            return Refuse(context, InvalidOwner, "Owner associated token account not owned by provided wallet");
        }

        if (nested.Owner != token.Key)
        {
            return Refuse(context, InstructionErrorKind.IllegalOwner, "Nested associated token account not owned by provided token program");
        }

        if (ReadState(nested, out var nestedState) is { } nestedError)
        {
            return nestedError;
        }

        if (nestedState!.Owner != owner.Key)
        {
            return Refuse(
                context, InvalidOwner, "Nested associated token account not owned by provided associated token account");
        }

        if (nestedMint.Owner != token.Key)
        {
            return Refuse(context, InstructionErrorKind.IllegalOwner, "Nested mint account not owned by provided token program");
        }

        if (!Mint.TryParse(nestedMint.Data, out var mint))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        return context.Invoke(
                new TokenInstruction.TransferChecked(nestedState.Amount, mint.Decimals)
                    .ToInstruction(nested.Key, nestedMint.Key, destination.Key, owner.Key),
                seeds)
            ?? context.Invoke(new TokenInstruction.CloseAccount().ToInstruction(nested.Key, wallet.Key, owner.Key), seeds);
    }

    private static InstructionError? ReadState(BorrowedAccount account, out TokenAccount? state) =>
        !TokenAccount.TryParse(account.Data, out state) ? new(InstructionErrorKind.InvalidAccountData)
        : state.State is TokenAccountState.Uninitialized ? new(InstructionErrorKind.UninitializedAccount)
        : null;
}
