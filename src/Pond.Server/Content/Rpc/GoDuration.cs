using System.Globalization;

namespace Pond.Server.Content.Rpc;

/// <summary>Durations as Go writes them: <c>1h15m30.5s</c>, <c>2000ms</c>.</summary>
internal static class GoDuration
{
    // Longer ones than a timer runs are the same as for ever.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    internal static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var seconds = 0.0;
        var rest = text;
        while (!rest.IsEmpty)
        {
            var unitStart = 0;
            while (unitStart < rest.Length && (char.IsAsciiDigit(rest[unitStart]) || rest[unitStart] == '.'))
            {
                unitStart++;
            }

            var unitEnd = unitStart;
            while (unitEnd < rest.Length && char.IsLetter(rest[unitEnd]))
            {
                unitEnd++;
            }

            if (SecondsOf(rest[unitStart..unitEnd]) is not { } unit
                || !double.TryParse(rest[..unitStart], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            {
                return false;
            }

            seconds += count * unit;
            rest = rest[unitEnd..];
        }

        duration = TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds));
        return !text.IsEmpty;
    }

    private static double? SecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "h" => 3600.0,
        "m" => 60.0,
        "s" => 1.0,
        "ms" => 1e-3,
        "us" or "µs" => 1e-6,
        "ns" => 1e-9,
        _ => null,
    };
}
