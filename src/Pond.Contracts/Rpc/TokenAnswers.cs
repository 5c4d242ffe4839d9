using System.Globalization;
using System.Text.Json.Serialization;
using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>An amount of a token as the wire shows it.</summary>
/// <param name="Amount">In the token's smallest unit, as decimal digits.</param>
/// <param name="Decimals">How many of the digits stand after the point.</param>
/// <param name="UiAmount">The amount as a fraction, which may be rounded; null if the fraction cannot be formed.</param>
/// <param name="UiAmountString">The amount as an exact text without trailing zeros.</param>
public sealed record TokenAmount(
    string Amount,
    byte Decimals,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? UiAmount,
    string UiAmountString)
{
    // 10^19 is the largest power of ten in 64 bits; upstream forms no fraction beyond it.
    private const byte MaxFractionDecimals = 19;

    /// <summary>Shows an amount.</summary>
    public static TokenAmount Of(ulong amount, byte decimals)
    {
        var digits = amount.ToString(CultureInfo.InvariantCulture);
        return new TokenAmount(
            digits, decimals, decimals <= MaxFractionDecimals ? amount / Math.Pow(10, decimals) : null, Trimmed(digits, decimals));
    }

    private static string Trimmed(string digits, byte decimals)
    {
        if (decimals == 0)
        {
            return digits;
        }

        var padded = digits.PadLeft(decimals + 1, '0');
        return $"{padded[..^decimals]}.{padded[^decimals..]}".TrimEnd('0').TrimEnd('.');
    }
}

/// <summary>One entry of <c>getTokenLargestAccounts</c>.</summary>
/// <param name="Address">The token account.</param>
/// <param name="Amount">As in <see cref="TokenAmount"/>.</param>
/// <param name="Decimals">As in <see cref="TokenAmount"/>.</param>
/// <param name="UiAmount">As in <see cref="TokenAmount"/>.</param>
/// <param name="UiAmountString">As in <see cref="TokenAmount"/>.</param>
public sealed record TokenHolding(
    Pubkey Address,
    string Amount,
    byte Decimals,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? UiAmount,
    string UiAmountString);

/// <summary>What a transaction's account held of a token, before or after it.</summary>
/// <param name="AccountIndex">The account's index among the transaction's.</param>
/// <param name="Mint">The token.</param>
/// <param name="Owner">Whose tokens they are.</param>
/// <param name="ProgramId">The token program.</param>
/// <param name="UiTokenAmount">How many.</param>
public sealed record TokenBalanceAnswer(int AccountIndex, Pubkey Mint, Pubkey Owner, Pubkey ProgramId, TokenAmount UiTokenAmount);
