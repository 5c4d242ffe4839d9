using System.Globalization;
using Pond.Contracts.Rpc;
using Pond.Primitives.Tokens;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Takes apart what the token program owns: accounts, mints and multisigs are told apart by their size.</summary>
internal static class TokenParser
{
    /// <summary>Takes an account's data apart.</summary>
    /// <param name="data">The data.</param>
    /// <param name="decimals">The mint's decimals, without which a token account's amount cannot be shown.</param>
    /// <returns>Null if it is of none of the kinds, or not in use yet.</returns>
    internal static ParsedInfo? Parse(ReadOnlySpan<byte> data, byte? decimals) => data.Length switch
    {
        TokenAccount.SizeBytes when decimals is { } known && TokenAccounts.Parse(data) is { } account => ParsedAccount(account, known),
        Mint.SizeBytes when Mint.TryParse(data, out var mint) && mint.IsInitialized => ParsedMint(mint),
        Multisig.SizeBytes when Multisig.TryParse(data, out var multisig) && multisig.IsInitialized => ParsedMultisig(multisig),
        _ => null,
    };

    private static ParsedInfo ParsedAccount(TokenAccount account, byte decimals)
    {
        var info = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["mint"] = account.Mint,
            ["owner"] = account.Owner,
            ["tokenAmount"] = TokenAmountAnswer.Of(account.Amount, decimals),
        };
        if (account.Delegate is { } agent)
        {
            info["delegate"] = agent;
        }

        info["state"] = account.IsFrozen ? "frozen" : "initialized";
        info["isNative"] = account.IsNative;
        if (account.NativeReserve is { } reserve)
        {
            // Wrapped lamports are counted with their own decimals.
            info["rentExemptReserve"] = TokenAmountAnswer.Of(reserve, decimals);
        }

        if (account.Delegate is not null)
        {
            info["delegatedAmount"] = TokenAmountAnswer.Of(account.DelegatedAmount, decimals);
        }

        if (account.CloseAuthority is { } authority)
        {
            info["closeAuthority"] = authority;
        }

        return new ParsedInfo("account", info);
    }

    // A dictionary, since the authorities are shown even where there are none.
    private static ParsedInfo ParsedMint(Mint mint) => new("mint", new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["mintAuthority"] = mint.MintAuthority,
        ["supply"] = mint.Supply.ToString(CultureInfo.InvariantCulture),
        ["decimals"] = mint.Decimals,
        ["isInitialized"] = true,
        ["freezeAuthority"] = mint.FreezeAuthority,
    });

    private static ParsedInfo ParsedMultisig(Multisig multisig) => new("multisig", new
    {
        numRequiredSigners = multisig.Required,
        numValidSigners = multisig.Signers.Length,
        isInitialized = true,
        signers = multisig.Signers,
    });
}
