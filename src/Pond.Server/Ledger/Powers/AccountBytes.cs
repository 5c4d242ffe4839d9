using System.Collections.Immutable;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Powers;

/// <summary>The data of an account as base64.</summary>
internal static class AccountBytes
{
    // As long as an account of K2 can be; a request's body bounds it further.
    private const int MaxSizeBytes = 10 * 1024 * 1024;

    internal static ImmutableArray<byte> Read(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var size) && size <= MaxSizeBytes
            ? [.. bytes[..size]]
            : throw RpcErrors.InvalidParams("`data` is the account's bytes in base64.");
    }
}
