using Pond.Primitives;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>A token account's fields.</summary>
/// <param name="Mint">The token.</param>
/// <param name="Owner">Who may move the tokens.</param>
/// <param name="Amount">How many, in the token's smallest unit.</param>
/// <param name="Delegate">Who else may; null for nobody.</param>
/// <param name="State">1 in use, 2 frozen.</param>
/// <param name="NativeReserve">For wrapped lamports, what the account keeps as rent; null for other tokens.</param>
/// <param name="DelegatedAmount">How many the delegate may move.</param>
/// <param name="CloseAuthority">Who may close the account if not its owner; null for nobody else.</param>
internal sealed record TokenAccountLayout(
    Pubkey Mint, Pubkey Owner, ulong Amount, Pubkey? Delegate, byte State, ulong? NativeReserve, ulong DelegatedAmount, Pubkey? CloseAuthority)
{
    internal const int SizeBytes = 165;
    private const byte MaxState = 2;

    /// <summary>Reads the bytes; null if they are no token account that is in use.</summary>
    internal static TokenAccountLayout? Read(ReadOnlySpan<byte> data)
    {
        if (data.Length != SizeBytes)
        {
            return null;
        }

        var reader = new LayoutReader(data);
        var account = new TokenAccountLayout(
            reader.Pubkey(),
            reader.Pubkey(),
            reader.UInt64(),
            TokenOptions.Pubkey(ref reader),
            reader.Byte(),
            TokenOptions.UInt64(ref reader),
            reader.UInt64(),
            TokenOptions.Pubkey(ref reader));
        return account.State is > 0 and <= MaxState ? account : null;
    }
}

/// <summary>A mint's fields.</summary>
/// <param name="Authority">Who may make more; null for nobody.</param>
/// <param name="Supply">How many there are, in the smallest unit.</param>
/// <param name="Decimals">How many digits stand after the point.</param>
/// <param name="FreezeAuthority">Who may freeze accounts; null for nobody.</param>
internal sealed record MintLayout(Pubkey? Authority, ulong Supply, byte Decimals, Pubkey? FreezeAuthority)
{
    internal const int SizeBytes = 82;

    /// <summary>Reads the bytes; null if they are no mint that is in use.</summary>
    internal static MintLayout? Read(ReadOnlySpan<byte> data)
    {
        if (data.Length != SizeBytes)
        {
            return null;
        }

        var reader = new LayoutReader(data);
        var (authority, supply, decimals, isInitialized) =
            (TokenOptions.Pubkey(ref reader), reader.UInt64(), reader.Byte(), reader.Byte() == 1);
        return isInitialized ? new MintLayout(authority, supply, decimals, TokenOptions.Pubkey(ref reader)) : null;
    }
}

/// <summary>Reads fields that may be empty: a word of 0 or 1, then the field, which takes its room either way.</summary>
internal static class TokenOptions
{
    internal static Pubkey? Pubkey(ref LayoutReader reader)
    {
        var isThere = reader.UInt32() == 1;
        var key = reader.Pubkey();
        return isThere ? key : null;
    }

    internal static ulong? UInt64(ref LayoutReader reader)
    {
        var isThere = reader.UInt32() == 1;
        var number = reader.UInt64();
        return isThere ? number : null;
    }
}
