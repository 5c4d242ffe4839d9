using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger.Methods.Parsed;

namespace Pond.Server.Ledger.Methods;

/// <summary>Finds token accounts and mints in the bank.</summary>
internal static class TokenAccounts
{
    /// <summary>The fields of a token account; null if it is none.</summary>
    internal static TokenAccountLayout? Read(Account? account) =>
        account?.Owner == Programs.Token ? TokenAccountLayout.Read(account.Data.AsSpan()) : null;

    /// <summary>The fields of a mint; null if it is none.</summary>
    internal static MintLayout? ReadMint(Account? account) =>
        account?.Owner == Programs.Token ? MintLayout.Read(account.Data.AsSpan()) : null;

    /// <summary>The decimals of a token account's mint; null if it is no token account, or its mint is gone.</summary>
    internal static byte? DecimalsOf(Bank bank, Account account) =>
        Read(account) is { } token ? ReadMint(bank.GetAccount(token.Mint))?.Decimals : null;

    /// <summary>All token accounts, by key.</summary>
    internal static IEnumerable<(Pubkey Key, Account Account, TokenAccountLayout Token)> All(Bank bank)
    {
        foreach (var (key, account) in bank.GetProgramAccounts(Programs.Token))
        {
            if (TokenAccountLayout.Read(account.Data.AsSpan()) is { } token)
            {
                yield return (key, account, token);
            }
        }
    }
}
