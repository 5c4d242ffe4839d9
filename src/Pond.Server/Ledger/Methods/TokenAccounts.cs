using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;

namespace Pond.Server.Ledger.Methods;

/// <summary>Finds token accounts and mints in the bank. What nobody has initialized is neither.</summary>
internal static class TokenAccounts
{
    /// <summary>The fields of a token account; null if it is none.</summary>
    internal static TokenAccount? Read(Account? account) => account?.Owner == ProgramIds.Token ? Parse(account.Data.AsSpan()) : null;

    /// <summary>The fields of a token account's data; null if it is none.</summary>
    internal static TokenAccount? Parse(ReadOnlySpan<byte> data) =>
        TokenAccount.TryParse(data, out var token) && token.State is not TokenAccountState.Uninitialized ? token : null;

    /// <summary>The fields of a mint; null if it is none.</summary>
    internal static Mint? ReadMint(Account? account) =>
        account?.Owner == ProgramIds.Token && Mint.TryParse(account.Data.AsSpan(), out var mint) && mint.IsInitialized ? mint : null;

    /// <summary>The decimals of a token account's mint; null if it is no token account, or its mint is gone.</summary>
    internal static byte? DecimalsOf(Bank bank, Account account) =>
        Read(account) is { } token ? ReadMint(bank.GetAccount(token.Mint))?.Decimals : null;

    /// <summary>The token accounts of a mint, by key.</summary>
    internal static IEnumerable<(Pubkey Key, Account Account, TokenAccount Token)> Of(Bank bank, Pubkey mint)
    {
        // A token account begins with its mint.
        foreach (var (key, account) in bank.GetProgramAccounts(ProgramIds.Token, mint.ToArray()))
        {
            if (Parse(account.Data.AsSpan()) is { } token)
            {
                yield return (key, account, token);
            }
        }
    }
}
