using Pond.Ledger;
using Pond.Primitives;

namespace Pond.Server.Ledger;

/// <summary>Is told of each step of the ledger, in order.</summary>
/// <remarks>
/// The first three are called while nobody else can read or change the bank: they must return in microseconds, must not throw, and must not call
/// the engine.
/// </remarks>
internal interface ILedgerObserver
{
    /// <summary>A transaction landed in the open slot.</summary>
    void TransactionLanded(TransactionResult result);

    /// <summary>The open slot takes no more transactions; the bank still shows its last state. It must not be kept.</summary>
    void SlotEnding(Bank bank);

    /// <summary>The slot was sealed with a block, and a later one is open.</summary>
    void BlockSealed(Block block, Slot opened);

    /// <summary>The block can't be lost any more. Comes for every sealed block, in order.</summary>
    void BlockConfirmed(Block block);
}
