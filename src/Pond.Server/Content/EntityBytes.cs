using System.Globalization;

namespace Pond.Server.Content;

/// <summary>The part of a file that <c>entity-bytes=from:to</c> asks for, both ends included, negative ones counted from the end.</summary>
internal readonly record struct EntityBytes(long From, long? To)
{
    internal static bool TryParse(string text, out EntityBytes part)
    {
        part = default;
        if (text.Split(':') is not [var first, var last]
            || !long.TryParse(first, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var from))
        {
            return false;
        }

        long? to = null;
        if (last is not "*")
        {
            if (!long.TryParse(last, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given))
            {
                return false;
            }

            to = given;
        }

        // Ends of one sign can be compared before the size is known.
        part = new(from, to);
        return to is not { } end || from < 0 != end < 0 || from <= end;
    }

    /// <summary>The first byte and the one after the last, for a file of some size.</summary>
    internal (long Start, long End) Resolve(long size)
    {
        var start = From < 0 ? Math.Max(size + From, 0) : From;
        var last = To switch { null => size - 1, < 0 => size + To.Value, _ => Math.Min(To.Value, size - 1) };
        return (start, last + 1);
    }
}
