using System.Collections.Immutable;
using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives.Encoding;
using Pond.Server.Ledger.Methods.Parsed;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Methods;

/// <summary>What an account's data must be like to be listed: <c>{"dataSize":n}</c>, <c>{"memcmp":{"offset":n,"bytes":...}}</c> or
/// <c>"tokenAccountState"</c>.</summary>
internal sealed class AccountDataFilter
{
    private const int MaxFilters = 4;
    private const int MaxBytes = 128;

    // The texts of 128 bytes.
    private const int MaxBase58Length = 175;
    private const int MaxBase64Length = 172;

    private readonly ulong? _sizeBytes;
    private readonly ulong _offset;
    private readonly byte[]? _bytes;

    private AccountDataFilter(ulong? sizeBytes, ulong offset, byte[]? bytes)
    {
        (_sizeBytes, _offset, _bytes) = (sizeBytes, offset, bytes);
    }

    /// <summary>Reads the member <c>filters</c>, at most four; empty if there is none.</summary>
    /// <exception cref="RpcException">There are too many, or one is no filter.</exception>
    internal static ImmutableArray<AccountDataFilter> ParseAll(RpcSettings settings)
    {
        if (settings.Member("filters") is not { } list)
        {
            return [];
        }

        // Counted before they are read: a list of a hundred thousand is refused at once.
        _ = RpcJson.List(list);
        return list.GetArrayLength() <= MaxFilters
            ? [.. list.EnumerateArray().Select(Parse)]
            : throw RpcErrors.InvalidParams($"Too many filters provided; max {MaxFilters}");
    }

    /// <summary>Reads a filter.</summary>
    /// <exception cref="RpcException">It is no filter.</exception>
    internal static AccountDataFilter Parse(JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.String && json.ValueEquals("tokenAccountState"u8))
        {
            return new AccountDataFilter(null, 0, bytes: null);
        }

        if (json.ValueKind is not JsonValueKind.Object)
        {
            throw Unknown();
        }

        var filter = new RpcSettings(json);
        if (filter.Number("dataSize") is { } size)
        {
            return new AccountDataFilter(size, 0, []);
        }

        var memcmp = new RpcSettings(filter.Member("memcmp") ?? throw Unknown());
        var bytes = memcmp.Member("bytes") ?? throw RpcErrors.InvalidParams("Invalid params: missing field `bytes`.");
        return new AccountDataFilter(null, memcmp.RequiredNumber("offset"), ReadBytes(bytes, memcmp.Encoding));
    }

    internal bool Matches(ReadOnlySpan<byte> data)
    {
        if (_sizeBytes is { } size)
        {
            return (ulong)data.Length == size;
        }

        return _bytes is null
            ? TokenAccountLayout.Read(data) is not null
            : _offset <= (ulong)data.Length && data[(int)_offset..].StartsWith(_bytes);
    }

    private static byte[] ReadBytes(JsonElement value, string? encoding)
    {
        if (value.ValueKind is JsonValueKind.Array)
        {
            var numbers = value.GetArrayLength() <= MaxBytes ? value.EnumerateArray().Select(RpcJson.Number).ToArray() : throw TooLarge();
            return Array.TrueForAll(numbers, number => number <= byte.MaxValue)
                ? Array.ConvertAll(numbers, number => (byte)number)
                : throw RpcErrors.InvalidParams("Invalid params: a byte of `bytes` is at most 255.");
        }

        var text = RpcJson.Text(value);
        if (string.Equals(encoding, EncodedBytes.Base64, StringComparison.Ordinal))
        {
            var buffer = text.Length <= MaxBase64Length ? new byte[MaxBytes + 2] : throw TooLarge();
            return !Convert.TryFromBase64String(text, buffer, out var written) ? throw Undecodable(EncodedBytes.Base64)
                : written <= MaxBytes ? buffer[..written]
                : throw TooLarge();
        }

        // An absent or unknown encoding is base58.
        return text.Length > MaxBase58Length ? throw TooLarge()
            : !Base58.TryDecode(text, MaxBase58Length, out var bytes) ? throw Undecodable("base58")
            : bytes.Length <= MaxBytes ? bytes
            : throw TooLarge();
    }

    private static RpcException Unknown() => RpcErrors.InvalidParams(
        "Invalid params: unknown filter, expected one of `dataSize`, `memcmp`, `tokenAccountState`.");

    private static RpcException TooLarge() => RpcErrors.InvalidParams($"Invalid param: encoded binary data should be less than {MaxBytes + 1} bytes");

    private static RpcException Undecodable(string encoding) =>
        RpcErrors.InvalidParams($"Invalid param: the `bytes` of memcmp are not {encoding}");
}
