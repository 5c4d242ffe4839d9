using System.Globalization;
using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Takes apart what the token program owns: accounts, mints and multisigs are told apart by their size.</summary>
internal static class TokenParser
{
    private const int MultisigSizeBytes = 355;
    private const int MaxSigners = 11;

    /// <summary>Takes an account's data apart.</summary>
    /// <param name="data">The data.</param>
    /// <param name="decimals">The mint's decimals, without which a token account's amount cannot be shown.</param>
    /// <returns>Null if it is of none of the kinds, or not in use yet.</returns>
    internal static ParsedInfo? Parse(ReadOnlySpan<byte> data, byte? decimals) => data.Length switch
    {
        TokenAccountLayout.SizeBytes when decimals is { } known && TokenAccountLayout.Read(data) is { } account => Account(account, known),
        MintLayout.SizeBytes when MintLayout.Read(data) is { } mint => Mint(mint),
        MultisigSizeBytes => Multisig(data),
        _ => null,
    };

    private static ParsedInfo Account(TokenAccountLayout account, byte decimals)
    {
        var info = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["mint"] = account.Mint,
            ["owner"] = account.Owner,
            ["tokenAmount"] = TokenAmount.Of(account.Amount, decimals),
        };
        if (account.Delegate is { } agent)
        {
            info["delegate"] = agent;
        }

        info["state"] = account.State == 1 ? "initialized" : "frozen";
        info["isNative"] = account.NativeReserve is not null;
        if (account.NativeReserve is { } reserve)
        {
            // Wrapped lamports are counted with their own decimals.
            info["rentExemptReserve"] = TokenAmount.Of(reserve, decimals);
        }

        if (account.Delegate is not null)
        {
            info["delegatedAmount"] = TokenAmount.Of(account.DelegatedAmount, decimals);
        }

        if (account.CloseAuthority is { } authority)
        {
            info["closeAuthority"] = authority;
        }

        return new ParsedInfo("account", info);
    }

    // A dictionary, since the authorities are shown even where there are none.
    private static ParsedInfo Mint(MintLayout mint) => new("mint", new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["mintAuthority"] = mint.Authority,
        ["supply"] = mint.Supply.ToString(CultureInfo.InvariantCulture),
        ["decimals"] = mint.Decimals,
        ["isInitialized"] = true,
        ["freezeAuthority"] = mint.FreezeAuthority,
    });

    private static ParsedInfo? Multisig(ReadOnlySpan<byte> data)
    {
        var reader = new LayoutReader(data);
        var (required, count, isInitialized) = (reader.Byte(), reader.Byte(), reader.Byte() == 1);
        if (!isInitialized || count > MaxSigners)
        {
            return null;
        }

        var signers = new Pubkey[count];
        for (var index = 0; index < count; index++)
        {
            signers[index] = reader.Pubkey();
        }

        return new("multisig", new { numRequiredSigners = required, numValidSigners = count, isInitialized, signers });
    }
}
