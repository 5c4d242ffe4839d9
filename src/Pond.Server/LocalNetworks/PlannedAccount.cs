using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pond.Server.LocalNetworks;

/// <summary>An account in a genesis file: a number of lamports, or an object with what else it has.</summary>
/// <param name="Lamports">What it holds.</param>
/// <param name="Owner">The program that owns it; null for the System program.</param>
/// <param name="Data">Its data in base64; null for none.</param>
[JsonConverter(typeof(Converter))]
public sealed record PlannedAccount(ulong Lamports, string? Owner = null, string? Data = null)
{
    internal sealed class Converter : JsonConverter<PlannedAccount>
    {
        public override PlannedAccount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is JsonTokenType.Number)
            {
                return new PlannedAccount(Number(ref reader));
            }

            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                throw new JsonException("An account is a number of lamports, or an object with lamports, owner and data.");
            }

            ulong? lamports = null;
            string? owner = null, data = null;
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                _ = reader.Read();
                switch (name)
                {
                    case "lamports" when reader.TokenType is JsonTokenType.Number:
                        lamports = Number(ref reader);
                        break;
                    case "owner" when reader.TokenType is JsonTokenType.String:
                        owner = reader.GetString();
                        break;
                    case "data" when reader.TokenType is JsonTokenType.String:
                        data = reader.GetString();
                        break;
                    default:
                        throw new JsonException($"An account has lamports, owner and data (base64), and no such \"{name}\".");
                }
            }

            return new PlannedAccount(lamports ?? throw new JsonException("An account has no lamports."), owner, data);
        }

        public override void Write(Utf8JsonWriter writer, PlannedAccount value, JsonSerializerOptions options)
        {
            if (value is { Owner: null, Data: null })
            {
                writer.WriteNumberValue(value.Lamports);
                return;
            }

            writer.WriteStartObject();
            writer.WriteNumber("lamports"u8, value.Lamports);
            if (value.Owner is not null)
            {
                writer.WriteString("owner"u8, value.Owner);
            }

            if (value.Data is not null)
            {
                writer.WriteString("data"u8, value.Data);
            }

            writer.WriteEndObject();
        }

        private static ulong Number(ref Utf8JsonReader reader) =>
            reader.TryGetUInt64(out var number) ? number : throw new JsonException("Lamports are a whole number, not below 0.");
    }
}
