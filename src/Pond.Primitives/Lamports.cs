using System.Globalization;

namespace Pond.Primitives;

/// <summary>An amount of the network's token in its smallest unit: one KOII is 10^9 lamports.</summary>
/// <remarks>
/// Arithmetic that would leave the range of <see cref="ulong"/> throws <see cref="OverflowException"/>. There is no
/// division operator, because a division of money leaves a remainder that somebody must be given.
/// </remarks>
public readonly record struct Lamports(ulong Value) : IComparable<Lamports>
{
    /// <summary>How many lamports one KOII has.</summary>
    public const ulong PerKoii = 1_000_000_000;

    /// <summary>Nothing.</summary>
    public static Lamports Zero => default;

    /// <summary>A whole number of KOII.</summary>
    public static Lamports FromKoii(ulong koii) => new(checked(koii * PerKoii));

    /// <summary>The sum.</summary>
    public static Lamports operator +(Lamports left, Lamports right) => new(checked(left.Value + right.Value));

    /// <summary>The difference.</summary>
    /// <exception cref="OverflowException"><paramref name="right"/> is the larger one.</exception>
    public static Lamports operator -(Lamports left, Lamports right) => new(checked(left.Value - right.Value));

    /// <summary>The amount <paramref name="times"/> times.</summary>
    public static Lamports operator *(Lamports amount, ulong times) => new(checked(amount.Value * times));

    /// <summary>Whether <paramref name="left"/> is less.</summary>
    public static bool operator <(Lamports left, Lamports right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is less or equal.</summary>
    public static bool operator <=(Lamports left, Lamports right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is more.</summary>
    public static bool operator >(Lamports left, Lamports right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is more or equal.</summary>
    public static bool operator >=(Lamports left, Lamports right) => left.Value >= right.Value;

    /// <summary>The smaller one.</summary>
    public static Lamports Min(Lamports left, Lamports right) => left < right ? left : right;

    /// <summary>Takes a share of this amount, rounded down.</summary>
    /// <param name="numerator">At most <paramref name="denominator"/>.</param>
    /// <param name="denominator">At least 1.</param>
    public Lamports Share(ulong numerator, ulong denominator)
    {
        ArgumentOutOfRangeException.ThrowIfZero(denominator);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numerator, denominator);
        return new((ulong)((UInt128)Value * numerator / denominator));
    }

    /// <summary>Splits this amount into equal parts, each rounded down.</summary>
    /// <param name="shares">How many parts; at least 1.</param>
    /// <returns>One part, and what is left: <c>Part * shares + Left</c> is this amount, <c>Left &lt; shares</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="shares"/> is less than 1.</exception>
    public (Lamports Part, Lamports Left) SplitEqually(int shares)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shares, 1);
        var (part, left) = Math.DivRem(Value, (ulong)shares);
        return (new(part), new(left));
    }

    /// <summary>
    /// Reads an amount as people write it: <c>1.5</c> and <c>1.5KOII</c> are KOII with at most nine decimals, <c>1500000000roe</c> and
    /// <c>1500000000lamports</c> are whole lamports. A blank before the unit and any case are fine.
    /// </summary>
    public static bool TryParse(string? text, out Lamports amount)
    {
        amount = Zero;
        var number = (text ?? string.Empty).Trim();
        foreach (var (unit, isWhole) in (ReadOnlySpan<(string, bool)>)[("KOII", false), ("ROE", true), ("LAMPORTS", true)])
        {
            if (number.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^unit.Length].TrimEnd();
                return isWhole ? TryParseWhole(number, out amount) : TryParseKoii(number, out amount);
            }
        }

        return TryParseKoii(number, out amount);
    }

    private static bool TryParseWhole(string number, out Lamports amount)
    {
        var isNumber = ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        amount = new(value);
        return isNumber;
    }

    private static bool TryParseKoii(string number, out Lamports amount)
    {
        amount = Zero;
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var koii) || koii > ulong.MaxValue / PerKoii)
        {
            return false;
        }

        var lamports = koii * PerKoii;
        amount = new((ulong)lamports);
        return lamports == decimal.Truncate(lamports);
    }

    /// <inheritdoc/>
    public int CompareTo(Lamports other) => Value.CompareTo(other.Value);

    /// <summary>The amount in KOII with no needless zeros, such as <c>1.5 KOII</c>; nothing is rounded.</summary>
    public override string ToString()
    {
        var (whole, rest) = Math.DivRem(Value, PerKoii);
        var fraction = rest.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return fraction.Length == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{whole} KOII")
            : string.Create(CultureInfo.InvariantCulture, $"{whole}.{fraction} KOII");
    }
}
