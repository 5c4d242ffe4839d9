using System.Runtime.InteropServices;

namespace Pond.Ledger.Accounts;

/// <summary>All accounts. Only a committed <see cref="Overlay"/> changes them.</summary>
internal sealed class AccountStore
{
    private static readonly Pubkey LastKey = new([.. Enumerable.Repeat(byte.MaxValue, Pubkey.SizeBytes)]);

    private readonly Dictionary<Pubkey, StoredAccount> _accounts = [];

    // By owner, in the order of the keys; and again in the order of what the accounts hold, for those who look for that.
    private readonly Dictionary<Pubkey, SortedSet<Pubkey>> _byOwner = [];
    private readonly Dictionary<Pubkey, SortedSet<(Bytes32 Head, Pubkey Key)>> _byHead = [];

    // The few whose bytes change from slot to slot.
    private readonly Dictionary<Pubkey, SortedSet<Pubkey>> _headless = [];

    /// <summary>Whose the token accounts are.</summary>
    internal TokenHolders Tokens { get; } = new();

    /// <summary>The sum of all balances, kept by difference; <see cref="Recount"/> adds them up.</summary>
    internal Lamports Total { get; private set; }

    internal StoredAccount? Find(Pubkey key) => _accounts.GetValueOrDefault(key);

    internal void Set(Pubkey key, StoredAccount? account)
    {
        if (account is null)
        {
            if (_accounts.Remove(key, out var gone))
            {
                Total -= gone.Lamports;
                Unlist(key, gone);
                Tokens.Replace(key, gone, null);
            }

            return;
        }

        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_accounts, key, out _);
        var old = place;
        place = account;
        Total -= old?.Lamports ?? Lamports.Zero;
        Total += account.Lamports;
        if (old is null || old.Owner != account.Owner
            || (!ReferenceEquals(old.Content, account.Content) && (old.Content.IsEmpty != account.Content.IsEmpty || old.Content.Head != account.Content.Head)))
        {
            Unlist(key, old);
            List(key, account);
        }

        Tokens.Replace(key, old, account);
    }

    internal IEnumerable<(Pubkey Key, StoredAccount Account)> OwnedBy(Pubkey owner) =>
        _byOwner.TryGetValue(owner, out var keys) ? keys.Select(key => (key, _accounts[key])) : [];

    /// <summary>The accounts of an owner that may begin with some bytes, by key: all that do, and few others.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="start">What they begin with; only the first 32 bytes are looked at.</param>
    internal IReadOnlyCollection<(Pubkey Key, StoredAccount Account)> Beginning(Pubkey owner, ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
        {
            return [.. OwnedBy(owner)];
        }

        var heads = _byHead.GetValueOrDefault(owner) ?? [];
        Span<byte> bytes = stackalloc byte[Bytes32.SizeBytes];
        start = start[..Math.Min(start.Length, bytes.Length)];
        bytes.Clear();
        start.CopyTo(bytes);
        var least = new Bytes32(bytes);
        bytes[start.Length..].Fill(byte.MaxValue);
        var most = new Bytes32(bytes);

        Pubkey[] found =
        [
            .. heads.GetViewBetween((least, default), (most, LastKey)).Select(entry => entry.Key),
            .. _headless.GetValueOrDefault(owner) ?? [],
        ];
        Array.Sort(found);
        return Array.ConvertAll(found, key => (key, _accounts[key]));
    }

    internal IEnumerable<(Pubkey Key, StoredAccount Account)> All() => _accounts.Select(pair => (pair.Key, pair.Value));

    internal Lamports Recount() => _accounts.Values.Aggregate(Lamports.Zero, (sum, account) => sum + account.Lamports);

    private void List(Pubkey key, StoredAccount account)
    {
        SetOf(_byOwner, account.Owner).Add(key);
        if (account.Content.IsEmpty)
        {
            // Nobody looks for it by what it holds.
            return;
        }

        if (account.Content.Head is { } head)
        {
            SetOf(_byHead, account.Owner).Add((head, key));
        }
        else
        {
            SetOf(_headless, account.Owner).Add(key);
        }
    }

    private void Unlist(Pubkey key, StoredAccount? account)
    {
        if (account is null)
        {
            return;
        }

        _byOwner[account.Owner].Remove(key);
        if (account.Content.IsEmpty)
        {
            return;
        }

        if (account.Content.Head is { } head)
        {
            _byHead[account.Owner].Remove((head, key));
        }
        else
        {
            _headless[account.Owner].Remove(key);
        }
    }

    private static SortedSet<T> SetOf<T>(Dictionary<Pubkey, SortedSet<T>> sets, Pubkey owner)
    {
        if (!sets.TryGetValue(owner, out var set))
        {
            sets[owner] = set = [];
        }

        return set;
    }
}
