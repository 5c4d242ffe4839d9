using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pond.Contracts.Rpc;

/// <summary>A transaction's end in the form of old clients: <c>{"Ok":null}</c> or <c>{"Err":...}</c>.</summary>
/// <param name="Err">Why it failed; null if it succeeded.</param>
[JsonConverter(typeof(Converter))]
public sealed record TransactionResultAnswer(TransactionFailure? Err)
{
    private sealed class Converter : JsonConverter<TransactionResultAnswer>
    {
        public override TransactionResultAnswer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new TransactionResultAnswer(
                document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("Err", out var error)
                    ? error.Deserialize<TransactionFailure>(options)
                    : null);
        }

        public override void Write(Utf8JsonWriter writer, TransactionResultAnswer value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            if (value.Err is null)
            {
                writer.WriteNull("Ok");
            }
            else
            {
                writer.WritePropertyName("Err");
                JsonSerializer.Serialize(writer, value.Err, options);
            }

            writer.WriteEndObject();
        }
    }
}
