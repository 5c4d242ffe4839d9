using System.Globalization;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Accounts;
using Pond.Primitives.Instructions;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Takes accounts apart whose owner's layout is known, as <c>jsonParsed</c> asks for.</summary>
internal static class AccountParser
{
    private const int NonceSizeBytes = 80;

    /// <summary>Takes an account apart.</summary>
    /// <param name="key">Its address; sysvars are told apart by it.</param>
    /// <param name="account">The account.</param>
    /// <param name="tokenDecimals">For a token account, its mint's decimals; null if there is no such mint.</param>
    /// <returns>Null if nobody knows the layout, or the data is not of it: then the bytes are shown.</returns>
    internal static ParsedAccountData? Parse(Pubkey key, Account account, byte? tokenDecimals)
    {
        var data = account.Data.AsSpan();
        var (program, parsed) = account.Owner switch
        {
            { IsZero: true } => ("nonce", Nonce(data)),
            _ when account.Owner == ProgramIds.SysvarOwner => ("sysvar", SysvarParser.Parse(key, data)),
            _ when account.Owner == ProgramIds.AddressLookupTable => ("address-lookup-table", LookupTable(data)),
            _ when account.Owner == Programs.Token => ("spl-token", TokenParser.Parse(data, tokenDecimals)),
            _ => (string.Empty, null),
        };
        return parsed is null ? null : new ParsedAccountData(program, parsed, (ulong)data.Length);
    }

    private static ParsedInfo? Nonce(ReadOnlySpan<byte> data)
    {
        var reader = new LayoutReader(data);
        var (version, state) = (reader.UInt32(), reader.UInt32());
        if (data.Length != NonceSizeBytes || version > 1 || state > 1)
        {
            return null;
        }

        return state == 0
            ? ParsedInfo.Uninitialized
            : new("initialized", new
            {
                authority = reader.Pubkey(),
                blockhash = reader.Hash(),
                feeCalculator = new TextFeeCalculator(reader.UInt64()),
            });
    }

    private static ParsedInfo? LookupTable(ReadOnlySpan<byte> data)
    {
        if (data.Length >= AddressLookupTable.MetaSizeBytes && data.IndexOfAnyExcept((byte)0) < 0)
        {
            return ParsedInfo.Uninitialized;
        }

        return AddressLookupTable.TryParse(data, out var table)
            ? new("lookupTable", new
            {
                deactivationSlot = Text(table.DeactivatedAt?.Value ?? ulong.MaxValue),
                lastExtendedSlot = Text(table.LastExtendedAt.Value),
                lastExtendedSlotStartIndex = table.LastExtendedStart,
                authority = table.Authority,
                addresses = table.Addresses,
            })
            : null;
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
