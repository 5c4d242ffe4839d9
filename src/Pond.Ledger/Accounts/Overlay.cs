namespace Pond.Ledger.Accounts;

/// <summary>What one transaction has written so far, over the accounts as they were. Dropping it undoes everything.</summary>
internal sealed class Overlay(AccountStore store)
{
    private readonly Dictionary<Pubkey, StoredAccount> _writes = [];

    /// <summary>By how much the sum of all balances has changed.</summary>
    internal Int128 Change { get; private set; }

    /// <summary>By how many bytes the accounts have grown; less than zero if they shrank.</summary>
    internal Int128 GrowthBytes { get; private set; }

    /// <summary>The accounts written, in no order.</summary>
    internal IReadOnlyCollection<Pubkey> Written => _writes.Keys;

    /// <summary>The account, or an unused one.</summary>
    internal StoredAccount Get(Pubkey key) =>
        _writes.TryGetValue(key, out var written) ? written : store.Find(key) ?? StoredAccount.Unused;

    internal void Set(Pubkey key, StoredAccount account)
    {
        var old = Get(key);
        Change += (Int128)account.Lamports.Value - old.Lamports.Value;
        GrowthBytes += (Int128)account.Content.SizeBytes - old.Content.SizeBytes;
        _writes[key] = account;
    }

    /// <summary>Moves lamports between accounts, whoever owns them: the caller has asked that.</summary>
    /// <exception cref="OverflowException">The source has less.</exception>
    internal void Move(Pubkey from, Pubkey to, Lamports amount)
    {
        if (amount == Lamports.Zero)
        {
            return;
        }

        var source = Get(from);
        Set(from, source with { Lamports = source.Lamports - amount });
        var target = Get(to);
        Set(to, target with { Lamports = target.Lamports + amount });
    }

    /// <summary>Writes everything through. An account without lamports is gone.</summary>
    internal void Commit()
    {
        foreach (var (key, account) in _writes)
        {
            store.Set(key, account.Lamports == Lamports.Zero ? null : account);
        }
    }
}
