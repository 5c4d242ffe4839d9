using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pond.Primitives;
using Pond.Primitives.Cryptography;

namespace Pond.Server.Tasks.JavaScript;

/// <summary>JavaScript's values as <c>JSON.stringify</c> writes them, and back.</summary>
internal static class JavaScriptValues
{
    /// <summary>A <c>Keypair</c> of web3.js: its byte arrays are objects with an index for each byte. It holds the secret.</summary>
    internal static JsonObject Of(Keypair keypair)
    {
        var secretKey = JsonSerializer.Deserialize<int[]>(keypair.ToKeyFile())!;
        return new()
        {
            ["_keypair"] = new JsonObject { ["publicKey"] = Indexed(secretKey[Keypair.SeedSizeBytes..]), ["secretKey"] = Indexed(secretKey) },
        };
    }

    /// <summary>A <c>Buffer</c>.</summary>
    internal static JsonObject OfBuffer(byte[] bytes) =>
        new() { ["type"] = "Buffer", ["data"] = new JsonArray([.. bytes.Select(value => JsonValue.Create(value))]) };

    /// <summary>A moment as a <c>Date</c>.</summary>
    internal static string OfDate(FileTime time) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Floor(time.Milliseconds))
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// The bytes of a value that a file is to get: a text in its encoding, a <c>Buffer</c>, or a byte array as an object with an index for each
    /// byte. Null if it is none of these.
    /// </summary>
    internal static byte[]? ToBytes(JsonElement value, string? encoding)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return Encode(value.GetString()!, encoding ?? "utf8");
            case JsonValueKind.Object when value.TryGetProperty("type", out var type) && type.ValueEquals("Buffer")
                && value.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Array:
                return [.. data.EnumerateArray().Select(ToByte)];
            case JsonValueKind.Object:
                return [.. value.EnumerateObject().Select(member => ToByte(member.Value))];
            case JsonValueKind.Array:
                return [.. value.EnumerateArray().Select(ToByte)];
            default:
                return null;
        }
    }

    /// <summary>Bytes as a text in one of Node.js's encodings; null if there is no such encoding.</summary>
    internal static string? Decode(byte[] bytes, string encoding) => encoding.ToLowerInvariant() switch
    {
        "utf8" or "utf-8" => Encoding.UTF8.GetString(bytes),
        "utf16le" or "utf-16le" or "ucs2" or "ucs-2" => Encoding.Unicode.GetString(bytes),
        "latin1" or "binary" => Encoding.Latin1.GetString(bytes),
        "ascii" => string.Create(bytes.Length, bytes, (span, all) =>
        {
            for (var index = 0; index < all.Length; index++)
            {
                span[index] = (char)(all[index] & 0x7F);
            }
        }),
        "base64" => Convert.ToBase64String(bytes),
        "base64url" => System.Buffers.Text.Base64Url.EncodeToString(bytes),
        "hex" => Convert.ToHexStringLower(bytes),
        _ => null,
    };

    private static byte[] Encode(string text, string encoding)
    {
        try
        {
            return encoding.ToLowerInvariant() switch
            {
                "utf16le" or "utf-16le" or "ucs2" or "ucs-2" => Encoding.Unicode.GetBytes(text),
                "latin1" or "binary" or "ascii" => [.. text.Select(character => unchecked((byte)character))],
                "base64" => Convert.FromBase64String(text),
                "base64url" => System.Buffers.Text.Base64Url.DecodeFromChars(text),
                "hex" => Convert.FromHexString(text),
                "utf8" or "utf-8" => Encoding.UTF8.GetBytes(text),
                _ => throw new PondException(
                    "argument-invalid", $"Unknown encoding: {encoding}", "Use utf8, base64, hex, latin1, ascii or utf16le."),
            };
        }
        catch (FormatException exception)
        {
            throw new PondException("argument-invalid", $"The text is no {encoding}: {exception.Message}", "Check the text.", innerException: exception);
        }
    }

    private static JsonObject Indexed(int[] bytes) => new(bytes.Select((value, index) =>
        KeyValuePair.Create<string, JsonNode?>(index.ToString(CultureInfo.InvariantCulture), value)));

    private static byte ToByte(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number && value.TryGetByte(out var number)
            ? number
            : throw new PondException("argument-invalid", "Binary data is an array of numbers from 0 to 255.", "Send a Buffer.");
}
