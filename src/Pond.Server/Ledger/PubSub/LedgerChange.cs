using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger.Methods;

namespace Pond.Server.Ledger.PubSub;

/// <summary>A step of the ledger that subscribers may have to hear of.</summary>
internal abstract record LedgerChange
{
    private LedgerChange()
    {
    }

    /// <summary>A transaction landed in the open slot.</summary>
    internal sealed record Landed(TransactionResult Result) : LedgerChange;

    /// <summary>A slot ended and another began.</summary>
    /// <param name="Block">The block of the one that ended.</param>
    /// <param name="Opened">The one that began.</param>
    /// <param name="Told">How many of the block's transactions have come as <see cref="Landed"/>, or nobody wanted to know.</param>
    /// <param name="Written">The accounts that it wrote, as far as somebody watches them; null for those that are gone.</param>
    internal sealed record Sealed(Block Block, Slot Opened, int Told, IReadOnlyDictionary<Pubkey, ReadAccount?>? Written) : LedgerChange;

    /// <summary>A block can't be lost any more.</summary>
    internal sealed record Confirmed(Block Block) : LedgerChange;
}
