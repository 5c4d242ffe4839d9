using System.Collections.Immutable;

namespace Pond.Primitives.Transactions;

/// <summary>What a sender knows of an address lookup table when it compiles a message.</summary>
/// <param name="Key">The table's address.</param>
/// <param name="Addresses">The addresses in it, in order. A message can name the first 256.</param>
public readonly record struct AddressTable(Pubkey Key, ImmutableArray<Pubkey> Addresses);
