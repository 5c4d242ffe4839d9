namespace Pond.Ledger.Accounts;

/// <summary>What one transaction has written so far, over the accounts as they were. Dropping it undoes everything.</summary>
internal sealed class Overlay(AccountStore store)
{
    // Nearly every transaction writes a handful: looking through those beats a dictionary, which is made for the few that write more.
    private const int MaxSearched = 8;

    private (Pubkey Key, StoredAccount Account)[] _writes = [];
    private int _count;
    private Dictionary<Pubkey, int>? _places;

    /// <summary>By how much the sum of all balances has changed.</summary>
    internal Int128 Change { get; private set; }

    /// <summary>By how many bytes the accounts have grown; less than zero if they shrank.</summary>
    internal Int128 GrowthBytes { get; private set; }

    /// <summary>The accounts written, in the order of their first writes.</summary>
    internal ReadOnlySpan<(Pubkey Key, StoredAccount Account)> Writes => _writes.AsSpan(0, _count);

    /// <summary>The account, or an unused one.</summary>
    internal StoredAccount Get(Pubkey key) => PlaceOf(key) is >= 0 and var place ? _writes[place].Account : store.Find(key) ?? StoredAccount.Unused;

    internal void Set(Pubkey key, StoredAccount account)
    {
        var place = PlaceOf(key);
        var old = place >= 0 ? _writes[place].Account : store.Find(key) ?? StoredAccount.Unused;
        Change += (Int128)account.Lamports.Value - old.Lamports.Value;
        if (!ReferenceEquals(account.Content, old.Content))
        {
            GrowthBytes += (Int128)account.Content.SizeBytes - old.Content.SizeBytes;
        }

        if (place < 0)
        {
            place = Add(key);
        }

        _writes[place] = (key, account);
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
        foreach (var (key, account) in Writes)
        {
            store.Set(key, account.Lamports == Lamports.Zero ? null : account);
        }
    }

    private int PlaceOf(Pubkey key)
    {
        if (_places is not null)
        {
            return _places.TryGetValue(key, out var place) ? place : -1;
        }

        for (var index = 0; index < _count; index++)
        {
            if (_writes[index].Key == key)
            {
                return index;
            }
        }

        return -1;
    }

    private int Add(Pubkey key)
    {
        if (_count == _writes.Length)
        {
            Array.Resize(ref _writes, Math.Max(2, _count * 2));
        }

        if (_count == MaxSearched)
        {
            _places = [];
            for (var index = 0; index < _count; index++)
            {
                _places.Add(_writes[index].Key, index);
            }
        }

        _places?.Add(key, _count);
        return _count++;
    }
}
