using Pond.Primitives.Tokens;

namespace Pond.Ledger.Programs.Token;

internal sealed partial class TokenProgram
{
    private static InstructionError? Transfer(BorrowedAccounts accounts, ulong amount, byte? decimals)
    {
        BorrowedAccount? mint = null;
        if (!accounts.TryTake(out var source)
            || (decimals is not null && !accounts.TryTake(out mint))
            || !accounts.TryTake(out var destination)
            || !accounts.TryTake(out var authority))
        {
            return MissingAccount();
        }

        if (!TryRead(source, out TokenAccount? sender, out var sourceError))
        {
            return sourceError;
        }

        if (!TryRead(destination, out TokenAccount? receiver, out var destinationError))
        {
            return destinationError;
        }

        if (sender.IsFrozen || receiver.IsFrozen)
        {
            return Fail(TokenErrorCode.AccountFrozen);
        }

        if (sender.Amount < amount)
        {
            return Fail(TokenErrorCode.InsufficientFunds);
        }

        if (sender.Mint != receiver.Mint)
        {
            return Fail(TokenErrorCode.MintMismatch);
        }

        if (mint is not null && FindMintFault(sender, mint, decimals!.Value) is { } mintFault)
        {
            return mintFault;
        }

        var isSelfTransfer = source.Key == destination.Key;
        if (Spend(ref sender, authority, accounts.Rest, isSelfTransfer ? 0 : amount, amount) is { } fault)
        {
            return fault;
        }

        // Where something moves, the runtime sees that the accounts belong to this program. Where nothing does, it would not.
        if ((isSelfTransfer || amount == 0) && (FindProgramFault(source) ?? FindProgramFault(destination)) is { } programFault)
        {
            return programFault;
        }

        if (isSelfTransfer)
        {
            return null;
        }

        if (amount > ulong.MaxValue - receiver.Amount)
        {
            return Fail(TokenErrorCode.Overflow);
        }

        if (sender.IsNative)
        {
            var lamports = new Lamports(amount);
            if (lamports > source.Lamports)
            {
                return Fail(TokenErrorCode.Overflow);
            }

            source.Lamports -= lamports;
            destination.Lamports += lamports;
        }

        (sender with { Amount = sender.Amount - amount }).WriteTo(source.Data);
        (receiver with { Amount = receiver.Amount + amount }).WriteTo(destination.Data);
        return null;
    }

    private static InstructionError? MintTo(BorrowedAccounts accounts, ulong amount, byte? decimals)
    {
        if (!accounts.TryTake(out var mint) || !accounts.TryTake(out var destination) || !accounts.TryTake(out var authority))
        {
            return MissingAccount();
        }

        if (!TryRead(destination, out TokenAccount? receiver, out var destinationError))
        {
            return destinationError;
        }

        if (receiver.IsFrozen)
        {
            return Fail(TokenErrorCode.AccountFrozen);
        }

        if (receiver.IsNative)
        {
            return Fail(TokenErrorCode.NativeNotSupported);
        }

        if (receiver.Mint != mint.Key)
        {
            return Fail(TokenErrorCode.MintMismatch);
        }

        if (!TryRead(mint, out Mint? state, out var mintError))
        {
            return mintError;
        }

        if (decimals is not null && decimals != state.Decimals)
        {
            return Fail(TokenErrorCode.MintDecimalsMismatch);
        }

        if (state.MintAuthority is not { } expected)
        {
            return Fail(TokenErrorCode.FixedSupply);
        }

        if (FindAuthorityFault(expected, authority, accounts.Rest) is { } fault)
        {
            return fault;
        }

        if (amount == 0 && (FindProgramFault(mint) ?? FindProgramFault(destination)) is { } programFault)
        {
            return programFault;
        }

        // The supply is never less than a balance, so this is the only sum that can be too large.
        if (amount > ulong.MaxValue - state.Supply)
        {
            return Fail(TokenErrorCode.Overflow);
        }

        (receiver with { Amount = receiver.Amount + amount }).WriteTo(destination.Data);
        (state with { Supply = state.Supply + amount }).WriteTo(mint.Data);
        return null;
    }

    private static InstructionError? Burn(BorrowedAccounts accounts, ulong amount, byte? decimals)
    {
        if (!accounts.TryTake(out var source) || !accounts.TryTake(out var mint) || !accounts.TryTake(out var authority))
        {
            return MissingAccount();
        }

        if (!TryRead(source, out TokenAccount? sender, out var sourceError))
        {
            return sourceError;
        }

        if (!TryRead(mint, out Mint? state, out var mintError))
        {
            return mintError;
        }

        if (sender.IsFrozen)
        {
            return Fail(TokenErrorCode.AccountFrozen);
        }

        if (sender.IsNative)
        {
            return Fail(TokenErrorCode.NativeNotSupported);
        }

        if (sender.Amount < amount)
        {
            return Fail(TokenErrorCode.InsufficientFunds);
        }

        if (sender.Mint != mint.Key)
        {
            return Fail(TokenErrorCode.MintMismatch);
        }

        if (decimals is not null && decimals != state.Decimals)
        {
            return Fail(TokenErrorCode.MintDecimalsMismatch);
        }

        if (!IsAbandoned(sender) && Spend(ref sender, authority, accounts.Rest, amount, amount) is { } fault)
        {
            return fault;
        }

        if (amount == 0 && (FindProgramFault(source) ?? FindProgramFault(mint)) is { } programFault)
        {
            return programFault;
        }

        (sender with { Amount = sender.Amount - amount }).WriteTo(source.Data);
        (state with { Supply = state.Supply - amount }).WriteTo(mint.Data);
        return null;
    }

    /// <summary>Asks whether the authority may spend an amount, and takes it from what a delegate may spend.</summary>
    /// <param name="account">The account; its delegate's right may change.</param>
    /// <param name="authority">Who wants to spend.</param>
    /// <param name="signers">A multisig's signers.</param>
    /// <param name="taken">What is taken from the delegate's right: nothing where the tokens come back at once.</param>
    /// <param name="needed">What the right must cover.</param>
    private static InstructionError? Spend(
        ref TokenAccount account, BorrowedAccount authority, ReadOnlySpan<BorrowedAccount> signers, ulong taken, ulong needed)
    {
        if (account.Delegate is not { } @delegate || @delegate != authority.Key)
        {
            return FindAuthorityFault(account.Owner, authority, signers);
        }

        if (FindAuthorityFault(@delegate, authority, signers) is { } fault)
        {
            return fault;
        }

        if (account.DelegatedAmount < needed)
        {
            return Fail(TokenErrorCode.InsufficientFunds);
        }

        var left = account.DelegatedAmount - taken;
        account = account with { DelegatedAmount = left, Delegate = left == 0 ? null : @delegate };
        return null;
    }
}
