using Pond.Primitives.Encoding;

namespace Pond.Client.Ledger;

/// <summary>Which accounts <see cref="LedgerClient.GetProgramAccountsAsync"/> lists.</summary>
public sealed record AccountFilter
{
    private AccountFilter()
    {
    }

    /// <summary>The size that the data must have; null if any.</summary>
    public ulong? DataSize { get; private init; }

    /// <summary>The bytes that the data must have in one place; null if any.</summary>
    public Comparison? Memcmp { get; private init; }

    /// <summary>Accounts whose data has this size.</summary>
    public static AccountFilter OfSize(ulong sizeBytes) => new() { DataSize = sizeBytes };

    /// <summary>Accounts whose data has these bytes, at most 128, from <paramref name="offset"/> on.</summary>
    public static AccountFilter Matching(ulong offset, ReadOnlySpan<byte> bytes) =>
        new() { Memcmp = new Comparison(offset, Base58.Encode(bytes)) };

    /// <summary>A place in an account's data and what must stand there.</summary>
    /// <param name="Offset">Where the bytes begin.</param>
    /// <param name="Bytes">The bytes in base58.</param>
    public sealed record Comparison(ulong Offset, string Bytes);
}
