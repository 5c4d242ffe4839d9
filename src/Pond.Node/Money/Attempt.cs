using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Node.Money;

/// <summary>A step's transaction, signed. It is on disk before it is sent, so that the same bytes are sent again, and never others beside them.</summary>
/// <param name="Id">Its signature.</param>
/// <param name="Bytes">The transaction on the wire.</param>
/// <param name="LastValidBlockHeight">Once the finalized height is above this one, it can't land any more.</param>
/// <param name="SignedIn">A slot before which it can't have landed.</param>
public sealed record Attempt(Signature Id, ImmutableArray<byte> Bytes, ulong LastValidBlockHeight, Slot SignedIn);
