using System.Collections.Immutable;

namespace Pond.Primitives.Transactions;

/// <summary>The accounts that a message's lookups stand for.</summary>
/// <param name="Writable">Those that the message asks to change, in the order of its lookups.</param>
/// <param name="ReadOnly">Those that are only read, in the order of its lookups.</param>
public sealed record LoadedAddresses(ImmutableArray<Pubkey> Writable, ImmutableArray<Pubkey> ReadOnly)
{
    /// <summary>What a message without lookups loads.</summary>
    public static readonly LoadedAddresses None = new([], []);

    /// <summary>How many there are.</summary>
    public int Count => Writable.Length + ReadOnly.Length;
}
