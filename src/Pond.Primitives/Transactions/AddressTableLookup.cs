using System.Collections.Immutable;

namespace Pond.Primitives.Transactions;

/// <summary>Accounts that a message loads from one address lookup table.</summary>
/// <param name="Table">The table's address.</param>
/// <param name="WritableIndexes">Where in the table the accounts stand that may be changed.</param>
/// <param name="ReadOnlyIndexes">Where the accounts stand that are only read.</param>
public sealed record AddressTableLookup(
    Pubkey Table, ImmutableArray<byte> WritableIndexes, ImmutableArray<byte> ReadOnlyIndexes)
{
    /// <summary>How many accounts are loaded.</summary>
    public int Count => WritableIndexes.Length + ReadOnlyIndexes.Length;
}
