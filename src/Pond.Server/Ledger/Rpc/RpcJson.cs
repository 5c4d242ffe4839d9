using System.Buffers;
using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Server.Ledger.Rpc;

/// <summary>Reads values from JSON; what does not fit ends the call with the words that K2 has for it.</summary>
internal static class RpcJson
{
    private const int MaxPubkeyLength = 44;
    private const int MaxSignatureLength = 88;
    private static readonly SearchValues<char> Base58Alphabet =
        SearchValues.Create("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

    internal static string Text(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? value.GetString()! : throw InvalidType(value, "a string");

    internal static ulong Number(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Number && value.TryGetUInt64(out var number))
        {
            return number;
        }

        throw value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _)
            ? RpcErrors.InvalidParams($"Invalid params: invalid value: integer `{value.GetRawText()}`, expected u64.")
            : InvalidType(value, "u64");
    }

    /// <summary>A whole number that may be negative.</summary>
    internal static long SignedNumber(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw InvalidType(value, "i64");

    internal static bool Flag(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw InvalidType(value, "a boolean"),
    };

    internal static JsonElement.ArrayEnumerator List(JsonElement value) =>
        value.ValueKind is JsonValueKind.Array ? value.EnumerateArray() : throw InvalidType(value, "a sequence");

    /// <summary>A list of at most so many; a longer one is refused before it is read.</summary>
    internal static JsonElement.ArrayEnumerator List(JsonElement value, int maxCount)
    {
        var list = List(value);
        return value.GetArrayLength() <= maxCount
            ? list
            : throw RpcErrors.InvalidParams($"Too many inputs provided; max {maxCount}");
    }

    internal static Pubkey Pubkey(string text) =>
        Primitives.Pubkey.TryParse(text, out var key) ? key : throw Undecodable(text, MaxPubkeyLength);

    internal static Hash Hash(string text) =>
        Primitives.Hash.TryParse(text, out var hash) ? hash : throw Undecodable(text, MaxPubkeyLength);

    internal static Signature Signature(string text) =>
        Primitives.Signature.TryParse(text, out var signature) ? signature : throw Undecodable(text, MaxSignatureLength);

    internal static RpcException InvalidType(JsonElement value, string expected)
    {
        var given = value.ValueKind switch
        {
            JsonValueKind.Object => "map",
            JsonValueKind.Array => "sequence",
            JsonValueKind.Null => "null",
            JsonValueKind.True => "boolean `true`",
            JsonValueKind.False => "boolean `false`",
            JsonValueKind.String => $"string {value.GetRawText()}",
            _ when value.TryGetInt64(out _) || value.TryGetUInt64(out _) => $"integer `{value.GetRawText()}`",
            _ => $"floating point `{value.GetRawText()}`",
        };
        return RpcErrors.InvalidParams($"Invalid params: invalid type: {given}, expected {expected}.");
    }

    private static RpcException Undecodable(string text, int maxLength) =>
        RpcErrors.InvalidParams(
            text.Length <= maxLength && text.AsSpan().ContainsAnyExcept(Base58Alphabet)
                ? "Invalid param: Invalid"
                : "Invalid param: WrongSize");
}
