using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pond.Contracts.Rpc;

/// <summary>An account's data as the wire shows it: <see cref="EncodedBytes"/>, or <see cref="ParsedAccountData"/> where a caller asked for
/// <c>jsonParsed</c> and the owner's layout is known.</summary>
[JsonConverter(typeof(Converter))]
public abstract record AccountData
{
    /// <summary>The bytes.</summary>
    /// <exception cref="FormatException">The data came in a form that our own client does not ask for.</exception>
    public abstract byte[] ToBytes();

    private sealed class Converter : JsonConverter<AccountData>
    {
        public override AccountData? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.StartObject
                ? JsonSerializer.Deserialize<ParsedAccountData>(ref reader, options)
                : JsonSerializer.Deserialize<EncodedBytes>(ref reader, options);

        public override void Write(Utf8JsonWriter writer, AccountData value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value, value.GetType(), options);
    }
}

/// <summary>An account's data, taken apart.</summary>
/// <param name="Program">Whose layout it is, such as <c>nonce</c>, <c>sysvar</c> or <c>spl-token</c>.</param>
/// <param name="Parsed">Its kind under <c>type</c>, and its fields under <c>info</c>.</param>
/// <param name="Space">How many bytes it has.</param>
public sealed record ParsedAccountData(string Program, object Parsed, ulong Space) : AccountData
{
    /// <inheritdoc/>
    public override byte[] ToBytes() => throw new FormatException("Expected base64, got parsed data.");
}
