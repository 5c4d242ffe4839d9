using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pond.Contracts.Json;

/// <summary>Reads a value's text; false if the text is not one.</summary>
internal delegate bool TryParse<T>(string? text, out T value);

/// <summary>Writes a value as its text, as a JSON string or as the name of a member.</summary>
internal sealed class TextConverter<T>(TryParse<T> tryParse) : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String
            ? Parse(reader.GetString())
            : throw new JsonException($"Expected a {typeof(T).Name} as text, got {reader.TokenType}.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString()!);

    private T Parse(string? text) =>
        tryParse(text, out var value) ? value : throw new JsonException($"'{text}' is no {typeof(T).Name}.");
}
