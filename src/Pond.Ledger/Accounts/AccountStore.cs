namespace Pond.Ledger.Accounts;

/// <summary>All accounts. Only a committed <see cref="Overlay"/> changes them.</summary>
internal sealed class AccountStore
{
    private readonly Dictionary<Pubkey, StoredAccount> _accounts = [];
    private readonly Dictionary<Pubkey, SortedSet<Pubkey>> _byOwner = [];

    /// <summary>The sum of all balances, kept by difference; <see cref="Recount"/> adds them up.</summary>
    internal Lamports Total { get; private set; }

    internal StoredAccount? Find(Pubkey key) => _accounts.GetValueOrDefault(key);

    internal void Set(Pubkey key, StoredAccount? account)
    {
        if (_accounts.TryGetValue(key, out var old))
        {
            Total -= old.Lamports;
            if (account is null || account.Owner != old.Owner)
            {
                _byOwner[old.Owner].Remove(key);
            }
        }

        if (account is null)
        {
            _accounts.Remove(key);
            return;
        }

        Total += account.Lamports;
        _accounts[key] = account;
        if (!_byOwner.TryGetValue(account.Owner, out var keys))
        {
            _byOwner[account.Owner] = keys = [];
        }

        keys.Add(key);
    }

    internal IEnumerable<(Pubkey Key, StoredAccount Account)> OwnedBy(Pubkey owner) =>
        _byOwner.TryGetValue(owner, out var keys) ? keys.Select(key => (key, _accounts[key])) : [];

    internal IEnumerable<(Pubkey Key, StoredAccount Account)> All() => _accounts.Select(pair => (pair.Key, pair.Value));

    internal Lamports Recount() => _accounts.Values.Aggregate(Lamports.Zero, (sum, account) => sum + account.Lamports);
}
