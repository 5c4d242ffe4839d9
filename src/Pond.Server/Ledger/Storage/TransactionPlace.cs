using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;

namespace Pond.Server.Ledger;

/// <summary>Where a transaction stands in the chain, and what became of it.</summary>
/// <param name="Block">Its block; whether with or without its transactions is not said.</param>
/// <param name="Index">Its place in the block.</param>
/// <param name="Result">What became of it.</param>
internal readonly record struct TransactionPlace(Block Block, int Index, TransactionResult Result)
{
    /// <summary>The most transactions that a block may have.</summary>
    internal const int MaxPerBlock = 1 << IndexBits;

    private const int IndexBits = 20;

    /// <summary>Orders the transactions of the whole chain.</summary>
    internal long Number => NumberOf(Block.Height, Index);

    internal static long NumberOf(ulong height, int index) => checked((long)(height << IndexBits) + index);

    internal static ulong HeightOf(long number) => (ulong)number >> IndexBits;

    internal static int IndexOf(long number) => (int)(number & (MaxPerBlock - 1));

    /// <summary>The accounts that a transaction is found by.</summary>
    internal static ImmutableArray<Pubkey> AccountsOf(TransactionResult result) => result.Keys;
}
