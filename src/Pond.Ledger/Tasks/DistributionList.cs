using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pond.Ledger.Tasks;

/// <summary>A distribution list: lamports by key, positive to pay, negative to slash.</summary>
internal sealed record DistributionList(string Text, Hash Hash, ImmutableSortedDictionary<Pubkey, long> Entries)
{
    /// <summary>The most entries of a list: what one settlement can do at once.</summary>
    internal const int MaxEntries = 25_000;

    private const long MaxAmount = (1L << 53) - 1;

    /// <summary>The sum of what it pays.</summary>
    internal UInt128 Total => Entries.Values.Where(amount => amount > 0).Aggregate(UInt128.Zero, (sum, amount) => sum + (ulong)amount);

    /// <summary>Reads a list; null with the reason if it is none.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="reason">What is wrong.</param>
    internal static DistributionList? Parse(string text, out string reason)
    {
        reason = string.Empty;
        var bytes = Encoding.UTF8.GetBytes(text);
        var entries = ImmutableSortedDictionary.CreateBuilder<Pubkey, long>();
        try
        {
            var reader = new Utf8JsonReader(bytes);
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            {
                reason = "The list is no JSON object.";
                return null;
            }

            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!Pubkey.TryParse(name, out var key) || entries.ContainsKey(key) || entries.Count == MaxEntries)
                {
                    reason = $"'{name}' is no public key, stands twice, or is one entry more than {MaxEntries}.";
                    return null;
                }

                reader.Read();
                if (reader.TokenType is not JsonTokenType.Number || !TryReadAmount(reader.ValueSpan, out var amount))
                {
                    reason = $"The amount of {name} is no whole number below 2^53.";
                    return null;
                }

                entries.Add(key, amount);
            }

            if (reader.TokenType is not JsonTokenType.EndObject || reader.Read())
            {
                reason = "The list is no JSON object.";
                return null;
            }
        }
        catch (JsonException exception)
        {
            reason = $"The list is no JSON: {exception.Message}";
            return null;
        }

        return new(text, new(SHA256.HashData(bytes)), entries.ToImmutable());
    }

    // Known templates slash 0.7 of a stake without rounding, so a fraction is cut off towards zero and not an error. JavaScript
    // writes numbers below 10^-6 with an exponent: those are zero. A positive exponent means 10^21 and more.
    private static bool TryReadAmount(ReadOnlySpan<byte> text, out long amount)
    {
        amount = 0;
        var exponent = text.IndexOfAny((byte)'e', (byte)'E');
        if (exponent >= 0)
        {
            return text[exponent + 1] == '-';
        }

        var point = text.IndexOf((byte)'.');
        var whole = Encoding.ASCII.GetString(point < 0 ? text : text[..point]);
        return long.TryParse(whole, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out amount)
            && amount is >= -MaxAmount and <= MaxAmount;
    }
}
