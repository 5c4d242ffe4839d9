using System.Runtime.InteropServices;
using Pond.Ledger.Accounts;
using Pond.Primitives.Accounts;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Programs;

internal sealed partial class SystemProgram
{
    private Hash NextNonce => NonceState.NonceOf(blocks.Latest);

    /// <summary>The nonce account that a message uses in place of a blockhash: its first instruction advances it.</summary>
    /// <returns>Null if the message uses none.</returns>
    internal static AccountMeta? FindNonce(ResolvedMessage message)
    {
        if (message.Message.Instructions.IsEmpty)
        {
            return null;
        }

        var first = message.Message.Instructions[0];
        return message.ProgramOf(first).IsZero
            && SystemInstruction.TryParse(first.Data.AsSpan(), out var instruction)
            && instruction is SystemInstruction.AdvanceNonceAccount
            && message.AccountsOf(first) is [{ IsWritable: true } nonce, ..]
                ? nonce
                : null;
    }

    /// <summary>The nonce in an account; null if there is none.</summary>
    internal static NonceState? ReadNonce(StoredAccount account) =>
        account is { Owner.IsZero: true, Content: BytesContent content } && NonceState.TryParse(content.Bytes.AsSpan(), out var state)
            ? state
            : null;

    /// <summary>An account whose nonce has been replaced by the one that follows from a blockhash.</summary>
    internal static StoredAccount Advance(StoredAccount account, NonceState state, Hash blockhash)
    {
        var data = ((BytesContent)account.Content).Bytes.ToArray();
        _ = Advance(state, NonceState.NonceOf(blockhash)).TryWriteTo(data);
        return account with { Content = new BytesContent(ImmutableCollectionsMarshal.AsImmutableArray(data)) };
    }

    private static NonceState Advance(NonceState state, Hash nonce) =>
        state with { IsLegacy = false, Nonce = nonce, FeePerSignature = Bank.FeePerSignature };

    private InstructionError? AdvanceNonce(InstructionContext context)
    {
        var nonce = context.Accounts[0];
        if (FindSysvarError(context, 1, ProgramIds.RecentBlockhashes) is { } sysvarError)
        {
            return sysvarError;
        }

        if (!nonce.IsWritable)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, $"Advance nonce account: Account {nonce.Key} must be writeable");
        }

        if (!TryRead(context, out var state))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        if (!state.IsInitialized)
        {
            return context.Fail(InstructionErrorKind.InvalidAccountData, $"Advance nonce account: Account {nonce.Key} state is invalid");
        }

        if (!context.IsSigner(state.Authority))
        {
            return context.Fail(
                InstructionErrorKind.MissingRequiredSignature, $"Advance nonce account: Account {state.Authority} must be a signer");
        }

        return state.Nonce == NextNonce
            ? context.Fail(NonceNotExpired, "Advance nonce account: nonce can only advance once per slot")
            : Write(context, Advance(state, NextNonce));
    }

    private InstructionError? WithdrawNonce(InstructionContext context, Lamports lamports)
    {
        var (nonce, to) = (context.Accounts[0], context.Accounts[1]);
        if ((FindSysvarError(context, 2, ProgramIds.RecentBlockhashes) ?? FindSysvarError(context, 3, ProgramIds.Rent)) is { } sysvarError)
        {
            return sysvarError;
        }

        if (!nonce.IsWritable)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, $"Withdraw nonce account: Account {nonce.Key} must be writeable");
        }

        if (!TryRead(context, out var state))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        var account = context.Overlay.Get(nonce.Key);
        if (state.IsInitialized && lamports == account.Lamports)
        {
            // Closed in the slot that advanced it, a transaction with the same nonce could follow.
            if (state.Nonce == NextNonce)
            {
                return context.Fail(NonceNotExpired, "Withdraw nonce account: nonce can only advance once per slot");
            }

            if (Write(context, new NonceState()) is { } error)
            {
                return error;
            }
        }
        else
        {
            var kept = state.IsInitialized ? Rent.MinimumFor(account.Content.SizeBytes).Value : 0;
            var needed = (UInt128)lamports.Value + kept;
            if (needed > ulong.MaxValue)
            {
                return new(InstructionErrorKind.InsufficientFunds);
            }

            if (needed > account.Lamports.Value)
            {
                return context.Fail(
                    InstructionErrorKind.InsufficientFunds,
                    $"Withdraw nonce account: insufficient lamports {account.Lamports.Value}, need {needed}");
            }
        }

        var signer = state.IsInitialized ? state.Authority : nonce.Key;
        return context.IsSigner(signer)
            ? MoveLamports(context, nonce.Key, to.Key, lamports)
            : context.Fail(InstructionErrorKind.MissingRequiredSignature, $"Withdraw nonce account: Account {signer} must sign");
    }

    private InstructionError? InitializeNonce(InstructionContext context, Pubkey authority)
    {
        var nonce = context.Accounts[0];
        if ((FindSysvarError(context, 1, ProgramIds.RecentBlockhashes) ?? FindSysvarError(context, 2, ProgramIds.Rent)) is { } sysvarError)
        {
            return sysvarError;
        }

        if (!nonce.IsWritable)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, $"Initialize nonce account: Account {nonce.Key} must be writeable");
        }

        if (!TryRead(context, out var state))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        if (state.IsInitialized)
        {
            return context.Fail(InstructionErrorKind.InvalidAccountData, $"Initialize nonce account: Account {nonce.Key} state is invalid");
        }

        var account = context.Overlay.Get(nonce.Key);
        var needed = Rent.MinimumFor(account.Content.SizeBytes);
        return account.Lamports < needed
            ? context.Fail(
                InstructionErrorKind.InsufficientFunds,
                $"Initialize nonce account: insufficient lamports {account.Lamports.Value}, need {needed.Value}")
            : Write(context, Advance(new NonceState { IsInitialized = true, Authority = authority }, NextNonce));
    }

    private static InstructionError? AuthorizeNonce(InstructionContext context, Pubkey authority)
    {
        var nonce = context.Accounts[0];
        if (!nonce.IsWritable)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, $"Authorize nonce account: Account {nonce.Key} must be writeable");
        }

        if (!TryRead(context, out var state))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        if (!state.IsInitialized)
        {
            return context.Fail(InstructionErrorKind.InvalidAccountData, $"Authorize nonce account: Account {nonce.Key} state is invalid");
        }

        return context.IsSigner(state.Authority)
            ? Write(context, state with { Authority = authority })
            : context.Fail(
                InstructionErrorKind.MissingRequiredSignature, $"Authorize nonce account: Account {state.Authority} must sign");
    }

    private static InstructionError? UpgradeNonce(InstructionContext context)
    {
        var nonce = context.Accounts[0];
        if (!context.Overlay.Get(nonce.Key).Owner.IsZero)
        {
            return new(InstructionErrorKind.InvalidAccountOwner);
        }

        if (!nonce.IsWritable)
        {
            return new(InstructionErrorKind.InvalidArgument);
        }

        if (!TryRead(context, out var state))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        return state is { IsLegacy: true, IsInitialized: true }
            ? Write(context, state with { IsLegacy = false, Nonce = NonceState.NonceOf(state.Nonce) })
            : new(InstructionErrorKind.InvalidArgument);
    }

    private static InstructionError? FindSysvarError(InstructionContext context, int index, Pubkey sysvar) =>
        index >= context.Accounts.Length ? new(InstructionErrorKind.NotEnoughAccountKeys)
        : context.Accounts[index].Key != sysvar ? new(InstructionErrorKind.InvalidArgument)
        : null;

    private static bool TryRead(InstructionContext context, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NonceState? state)
    {
        state = null;
        return context.Overlay.Get(context.Accounts[0].Key).Content is BytesContent content
            && NonceState.TryParse(content.Bytes.AsSpan(), out state);
    }

    private static InstructionError? Write(InstructionContext context, NonceState state)
    {
        var key = context.Accounts[0].Key;
        var account = context.Overlay.Get(key);
        if (!account.Owner.IsZero)
        {
            return new(InstructionErrorKind.ExternalAccountDataModified);
        }

        var data = ((BytesContent)account.Content).Bytes.ToArray();
        if (!state.TryWriteTo(data))
        {
            return new(InstructionErrorKind.AccountDataTooSmall);
        }

        context.Overlay.Set(key, account with { Content = new BytesContent(ImmutableCollectionsMarshal.AsImmutableArray(data)) });
        return null;
    }
}
