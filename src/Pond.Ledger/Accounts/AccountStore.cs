using System.Runtime.InteropServices;

namespace Pond.Ledger.Accounts;

/// <summary>All accounts. Only a committed <see cref="Overlay"/> changes them.</summary>
internal sealed class AccountStore
{
    private static readonly Pubkey LastKey = new([.. Enumerable.Repeat(byte.MaxValue, Pubkey.SizeBytes)]);

    private readonly Dictionary<Pubkey, StoredAccount> _accounts = [];

    // By owner, in the order of the keys; and again in the order of what the accounts hold, for those who look for that. The System
    // program's accounts, which are nearly all, are listed when somebody asks for them: hardly anybody does.
    private readonly Dictionary<Pubkey, SortedSet<Pubkey>> _byOwner = [];
    private readonly Dictionary<Pubkey, SortedSet<(Bytes32 Head, Pubkey Key)>> _byHead = [];

    // The few whose bytes change from slot to slot.
    private readonly Dictionary<Pubkey, SortedSet<Pubkey>> _headless = [];

    /// <summary>Whose the token accounts are.</summary>
    internal TokenHolders Tokens { get; } = new();

    /// <summary>The sum of all balances, kept by difference; <see cref="Recount"/> adds them up.</summary>
    internal Lamports Total { get; private set; }

    internal StoredAccount? Find(Pubkey key) => _accounts.GetValueOrDefault(key);

    /// <summary>Takes these accounts in place of all that there were. Many at once cost a tenth of as many calls of <see cref="Set"/>.</summary>
    /// <exception cref="FormatException">One stands in it twice.</exception>
    internal void Fill(IReadOnlyCollection<(Pubkey Key, StoredAccount Account)> accounts)
    {
        _accounts.Clear();
        _byOwner.Clear();
        _byHead.Clear();
        _headless.Clear();
        Tokens.Clear();
        Total = Lamports.Zero;
        _accounts.EnsureCapacity(accounts.Count);
        Dictionary<Pubkey, List<Pubkey>> byOwner = [], headless = [];
        Dictionary<Pubkey, List<(Bytes32 Head, Pubkey Key)>> byHead = [];
        foreach (var (key, account) in accounts)
        {
            if (!_accounts.TryAdd(key, account))
            {
                throw new FormatException($"{key} stands in it twice.");
            }

            Total += account.Lamports;
            if (!account.Owner.IsZero)
            {
                ListOf(byOwner, account.Owner).Add(key);
            }

            if (account.Content.IsEmpty)
            {
                continue;
            }

            if (account.Content.Head is { } head)
            {
                ListOf(byHead, account.Owner).Add((head, key));
            }
            else
            {
                ListOf(headless, account.Owner).Add(key);
            }

            Tokens.Replace(key, null, account);
        }

        // A sorted set that is made of a list is built in one go.
        Build(byOwner, _byOwner);
        Build(byHead, _byHead);
        Build(headless, _headless);

        static void Build<T>(Dictionary<Pubkey, List<T>> lists, Dictionary<Pubkey, SortedSet<T>> sets)
        {
            foreach (var (owner, list) in lists)
            {
                sets[owner] = new SortedSet<T>(list);
            }
        }
    }

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

    internal IEnumerable<(Pubkey Key, StoredAccount Account)> OwnedBy(Pubkey owner)
    {
        IEnumerable<Pubkey> keys = owner.IsZero
            ? _accounts.Where(pair => pair.Value.Owner.IsZero).Select(pair => pair.Key).Order()
            : _byOwner.GetValueOrDefault(owner) ?? [];
        return keys.Select(key => (key, _accounts[key]));
    }

    /// <summary>How many accounts an owner has.</summary>
    internal int CountOf(Pubkey owner) =>
        owner.IsZero ? _accounts.Count - _byOwner.Values.Sum(keys => keys.Count) : _byOwner.GetValueOrDefault(owner)?.Count ?? 0;

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

    /// <summary>All of them, in no order, as they are now.</summary>
    internal (Pubkey Key, StoredAccount Account)[] ToArray()
    {
        var all = new (Pubkey, StoredAccount)[_accounts.Count];
        var index = 0;
        foreach (var (key, account) in _accounts)
        {
            all[index++] = (key, account);
        }

        return all;
    }

    internal Lamports Recount() => _accounts.Values.Aggregate(Lamports.Zero, (sum, account) => sum + account.Lamports);

    private void List(Pubkey key, StoredAccount account)
    {
        if (!account.Owner.IsZero)
        {
            SetOf(_byOwner, account.Owner).Add(key);
        }

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

        if (_byOwner.TryGetValue(account.Owner, out var listed))
        {
            listed.Remove(key);
        }

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

    private static List<T> ListOf<T>(Dictionary<Pubkey, List<T>> lists, Pubkey owner)
    {
        if (!lists.TryGetValue(owner, out var list))
        {
            lists[owner] = list = [];
        }

        return list;
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
