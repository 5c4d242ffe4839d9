using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pond.Contracts.Rpc;

/// <summary>Bytes as the wire shows them: <c>["text","encoding"]</c>, or a bare base58 text where a caller named no encoding.</summary>
/// <param name="Text">The encoded bytes.</param>
/// <param name="Encoding"><c>base58</c>, <c>base64</c> or <c>base64+zstd</c>; null for the bare form.</param>
[JsonConverter(typeof(Converter))]
public sealed record EncodedBytes(string Text, string? Encoding) : AccountData
{
    /// <summary>The name of the encoding that our own client asks for.</summary>
    public const string Base64 = "base64";

    /// <summary>Writes bytes as base64.</summary>
    public static EncodedBytes FromBase64(ReadOnlySpan<byte> bytes) => new(Convert.ToBase64String(bytes), Base64);

    /// <summary>Reads the bytes of the base64 form.</summary>
    /// <exception cref="FormatException">The encoding is another one, or the text is not base64.</exception>
    public override byte[] ToBytes() =>
        string.Equals(Encoding, Base64, StringComparison.Ordinal)
            ? Convert.FromBase64String(Text)
            : throw new FormatException($"Expected base64, got {Encoding ?? "a bare text"}.");

    private sealed class Converter : JsonConverter<EncodedBytes>
    {
        public override EncodedBytes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is JsonTokenType.String)
            {
                return new EncodedBytes(reader.GetString()!, Encoding: null);
            }

            return JsonSerializer.Deserialize<string[]>(ref reader, options) is [{ } text, { } encoding]
                ? new EncodedBytes(text, encoding)
                : throw new JsonException("Encoded bytes are a text, or a text and the name of its encoding.");
        }

        public override void Write(Utf8JsonWriter writer, EncodedBytes value, JsonSerializerOptions options)
        {
            if (value.Encoding is null)
            {
                writer.WriteStringValue(value.Text);
                return;
            }

            writer.WriteStartArray();
            writer.WriteStringValue(value.Text);
            writer.WriteStringValue(value.Encoding);
            writer.WriteEndArray();
        }
    }
}
