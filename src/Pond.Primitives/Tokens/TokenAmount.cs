using System.Globalization;

namespace Pond.Primitives.Tokens;

/// <summary>Turns amounts in the smallest unit into the texts that people read, and back, as the token program does.</summary>
public static class TokenAmount
{
    /// <summary>The amount with its decimal point and no needless zeros, such as <c>1.5</c>; nothing is rounded.</summary>
    /// <param name="amount">In the smallest unit.</param>
    /// <param name="decimals">The mint's decimal places.</param>
    public static string ToText(ulong amount, byte decimals)
    {
        var digits = amount.ToString(CultureInfo.InvariantCulture);
        if (decimals == 0)
        {
            return digits;
        }

        digits = digits.PadLeft(decimals + 1, '0');
        return digits.Insert(digits.Length - decimals, ".").TrimEnd('0').TrimEnd('.');
    }

    /// <summary>Reads a text such as <c>1.5</c>, <c>.5</c> or <c>+2</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="decimals">The mint's decimal places.</param>
    /// <param name="amount">In the smallest unit.</param>
    /// <returns>False if the text is no such number, has more decimal places than the mint, or is too large.</returns>
    public static bool TryParse(string text, byte decimals, out ulong amount)
    {
        amount = 0;
        var parts = text.Split('.');
        var fraction = parts.Length > 1 ? parts[1].TrimEnd('0') : string.Empty;
        if (parts.Length > 2 || fraction.Length > decimals || (parts[0].Length == 0 && fraction.Length == 0))
        {
            return false;
        }

        var digits = (parts[0] + fraction.PadRight(decimals, '0')).AsSpan();
        digits = digits is ['+', .. var rest] ? rest : digits;
        // .NET's own parser would let null characters pass at the end.
        return !digits.ContainsAnyExceptInRange('0', '9')
            && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out amount);
    }
}
