namespace Pond.Ledger;

public sealed partial class Bank
{
    /// <summary>Every account's balance, in no order; to be read before the next transaction.</summary>
    public IEnumerable<(Pubkey Key, Lamports Lamports)> GetBalances() =>
        _accounts.All().Select(pair => (pair.Key, pair.Account.Lamports));
}
