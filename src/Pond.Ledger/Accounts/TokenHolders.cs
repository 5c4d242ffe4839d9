using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;

namespace Pond.Ledger.Accounts;

/// <summary>Which token accounts a key owns, and which it may spend from as their delegate: wallets ask for both.</summary>
internal sealed class TokenHolders
{
    private readonly Dictionary<Pubkey, SortedSet<Pubkey>> _owned = [];
    private readonly Dictionary<Pubkey, SortedSet<Pubkey>> _delegated = [];

    internal IEnumerable<Pubkey> OwnedBy(Pubkey owner) => _owned.GetValueOrDefault(owner) ?? [];

    internal IEnumerable<Pubkey> DelegatedTo(Pubkey holder) => _delegated.GetValueOrDefault(holder) ?? [];

    internal void Clear()
    {
        _owned.Clear();
        _delegated.Clear();
    }

    internal void Replace(Pubkey key, StoredAccount? old, StoredAccount? account)
    {
        var (before, after) = (Read(old), Read(account));
        Move(_owned, key, before?.Owner, after?.Owner);
        Move(_delegated, key, before?.Delegate, after?.Delegate);
    }

    private static TokenAccount? Read(StoredAccount? account) =>
        account?.Owner == ProgramIds.Token
        && account.Content is BytesContent content
        && TokenAccount.TryParse(content.Bytes.AsSpan(), out var token)
        && token.State is not TokenAccountState.Uninitialized
            ? token
            : null;

    private static void Move(Dictionary<Pubkey, SortedSet<Pubkey>> index, Pubkey key, Pubkey? from, Pubkey? to)
    {
        if (from == to)
        {
            return;
        }

        if (from is { } old && index.TryGetValue(old, out var left) && left.Remove(key) && left.Count == 0)
        {
            _ = index.Remove(old);
        }

        if (to is not { } holder)
        {
            return;
        }

        if (!index.TryGetValue(holder, out var keys))
        {
            index[holder] = keys = [];
        }

        keys.Add(key);
    }
}
