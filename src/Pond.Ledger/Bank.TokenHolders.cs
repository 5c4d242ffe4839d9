namespace Pond.Ledger;

public sealed partial class Bank
{
    /// <summary>The token accounts whose tokens belong to a key, by key. Costs what it finds.</summary>
    public IEnumerable<(Pubkey Key, Account Account)> GetTokenAccountsByOwner(Pubkey owner) => Render(_accounts.Tokens.OwnedBy(owner));

    /// <summary>The token accounts that a key may spend from as their delegate, by key. Costs what it finds.</summary>
    public IEnumerable<(Pubkey Key, Account Account)> GetTokenAccountsByDelegate(Pubkey holder) =>
        Render(_accounts.Tokens.DelegatedTo(holder));

    private IEnumerable<(Pubkey Key, Account Account)> Render(IEnumerable<Pubkey> keys) => keys.Select(key => (key, GetAccount(key)!));
}
