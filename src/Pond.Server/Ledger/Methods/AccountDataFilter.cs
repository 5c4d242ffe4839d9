using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives.Encoding;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Methods;

/// <summary>What an account's data must be like to be listed: <c>{"dataSize":n}</c> or <c>{"memcmp":{"offset":n,"bytes":...}}</c>.</summary>
internal sealed class AccountDataFilter
{
    private const int MaxBytes = 128;

    private readonly ulong? _sizeBytes;
    private readonly ulong _offset;
    private readonly byte[] _bytes;

    private AccountDataFilter(ulong? sizeBytes, ulong offset, byte[] bytes)
    {
        (_sizeBytes, _offset, _bytes) = (sizeBytes, offset, bytes);
    }

    /// <summary>Reads a filter.</summary>
    /// <exception cref="RpcException">It is no filter.</exception>
    internal static AccountDataFilter Parse(JsonElement json)
    {
        var filter = new RpcSettings(json);
        if (filter.Number("dataSize") is { } size)
        {
            return new AccountDataFilter(size, 0, []);
        }

        if (filter.Member("memcmp") is not { } comparison)
        {
            throw RpcErrors.InvalidParams("Invalid params: unknown filter, expected `dataSize` or `memcmp`.");
        }

        var memcmp = new RpcSettings(comparison);
        var bytes = memcmp.Member("bytes") ?? throw RpcErrors.InvalidParams("Invalid params: missing field `bytes`.");
        return new AccountDataFilter(null, memcmp.RequiredNumber("offset"), ReadBytes(bytes, memcmp.Encoding));
    }

    /// <summary>What the data must begin with; nothing if the filter asks for something else.</summary>
    internal ReadOnlySpan<byte> Start => _sizeBytes is null && _offset == 0 ? _bytes : [];

    internal bool Matches(ReadOnlySpan<byte> data) =>
        _sizeBytes is { } size
            ? (ulong)data.Length == size
            : _offset <= (ulong)data.Length && data[(int)_offset..].StartsWith(_bytes);

    private static byte[] ReadBytes(JsonElement value, string? encoding)
    {
        if (value.ValueKind is JsonValueKind.Array)
        {
            var numbers = value.EnumerateArray().Select(RpcJson.Number).ToArray();
            return numbers.Length <= MaxBytes && Array.TrueForAll(numbers, number => number <= byte.MaxValue)
                ? Array.ConvertAll(numbers, number => (byte)number)
                : throw Invalid("encoded binary data must be at most 128 bytes");
        }

        var text = RpcJson.Text(value);
        if (string.Equals(encoding, EncodedBytes.Base64, StringComparison.Ordinal))
        {
            var buffer = new byte[MaxBytes];
            return Convert.TryFromBase64String(text, buffer, out var written)
                ? buffer[..written]
                : throw Invalid("encoded binary data must be base64 of at most 128 bytes");
        }

        // An absent or unknown encoding is base58.
        return Base58.TryDecode(text, MaxBytes, out var bytes)
            ? bytes
            : throw Invalid("encoded binary data must be base58 of at most 128 bytes");
    }

    private static RpcException Invalid(string what) => RpcErrors.InvalidParams($"Invalid param: {what}");
}
