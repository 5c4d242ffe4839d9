using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pond.Contracts.Json;

/// <summary>Writes a value as its number, or as the decimal name of a member.</summary>
internal sealed class NumberConverter<T>(Func<ulong, T> fromNumber, Func<T, ulong> toNumber) : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.Number && reader.TryGetUInt64(out var number)
            ? fromNumber(number)
            : throw new JsonException($"Expected a {typeof(T).Name} as a whole number from 0 to 2^64 - 1.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(toNumber(value));

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ulong.TryParse(reader.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? fromNumber(number)
            : throw new JsonException($"'{reader.GetString()}' is no {typeof(T).Name}.");

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(toNumber(value).ToString(CultureInfo.InvariantCulture));
}
