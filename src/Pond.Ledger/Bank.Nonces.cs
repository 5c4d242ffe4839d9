using System.Diagnostics.CodeAnalysis;
using Pond.Ledger.Accounts;
using Pond.Ledger.Programs;
using Pond.Primitives.Accounts;
using Pond.Primitives.Transactions;

namespace Pond.Ledger;

public sealed partial class Bank
{
    /// <summary>Whether a transaction in the open slot may have this message, as far as its blockhash, or the nonce in its place, is concerned.</summary>
    public bool IsLive(ResolvedMessage message) =>
        IsBlockhashRecent(message.Message.RecentBlockhash) || TryUseNonce(message, out _);

    /// <summary>Finds the nonce that stands in for a blockhash.</summary>
    /// <param name="message">The message.</param>
    /// <param name="nonce">The nonce account, and how it is once the nonce has been replaced.</param>
    private bool TryUseNonce(ResolvedMessage message, [NotNullWhen(true)] out (Pubkey Key, StoredAccount Advanced)? nonce)
    {
        nonce = null;
        var blockhash = message.Message.RecentBlockhash;
        if (SystemProgram.FindNonce(message) is not { } meta
            || _accounts.Find(meta.Key) is not { } account
            || SystemProgram.ReadNonce(account) is not { IsInitialized: true, IsLegacy: false } state
            || state.Nonce != blockhash
            // It would have to be replaced by itself.
            || state.Nonce == NonceState.NonceOf(LatestBlock.Hash)
            || !message.AccountsOf(message.Message.Instructions[0]).Any(account => account.IsSigner && account.Key == state.Authority))
        {
            return false;
        }

        nonce = (meta.Key, SystemProgram.Advance(account, state, LatestBlock.Hash));
        return true;
    }
}
