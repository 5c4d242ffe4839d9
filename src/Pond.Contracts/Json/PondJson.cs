using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pond.Contracts.Json;

/// <summary>How Pond's messages are written: camelCase names, keys and hashes as base58 text, numbers as numbers.</summary>
public static class PondJson
{
    /// <summary>The options; frozen, safe to share between threads.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Web clients compare texts byte for byte; nothing here is ever put into HTML unescaped.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Converters =
            {
                new TextConverter<Primitives.Pubkey>(Primitives.Pubkey.TryParse),
                new TextConverter<Primitives.Hash>(Primitives.Hash.TryParse),
                new TextConverter<Primitives.Signature>(Primitives.Signature.TryParse),
                new NumberConverter<Primitives.Slot>(value => new(value), slot => slot.Value),
                new NumberConverter<Primitives.Round>(value => new(value), round => round.Value),
                new NumberConverter<Primitives.Lamports>(value => new(value), lamports => lamports.Value),
                new FractionConverter(),
                new JsonStringEnumConverter(JsonNamingPolicy.CamelCase),
            },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
