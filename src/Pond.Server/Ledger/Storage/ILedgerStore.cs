using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;

namespace Pond.Server.Ledger.Storage;

/// <summary>The history of confirmed blocks: blocks by slot, transactions by id and by account. Made from the journal, and never ahead of it.</summary>
/// <remarks>Safe for use by several threads, of which one adds and drops.</remarks>
internal interface ILedgerStore
{
    /// <summary>The last block, without its transactions; null if there is none.</summary>
    Block? Latest { get; }

    /// <summary>The first block that is still here, without its transactions; null if there is none.</summary>
    Block? First { get; }

    /// <summary>How many transactions have landed since genesis, those of dropped blocks included.</summary>
    ulong TransactionCount { get; }

    /// <summary>Adds the next blocks, all or none of them.</summary>
    /// <exception cref="PondException">The disk failed.</exception>
    void Add(IReadOnlyCollection<Block> blocks);

    /// <summary>The block of a slot; null if the slot has none here.</summary>
    /// <exception cref="PondException"><c>index-damaged</c></exception>
    Block? Find(Slot slot);

    /// <summary>The slots from one to another, both included, that have a block here, in order.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="last">The last one.</param>
    /// <param name="limit">How many at most.</param>
    ImmutableArray<Slot> FindSlots(Slot first, Slot last, int limit);

    /// <summary>A transaction; null if it is not here.</summary>
    /// <exception cref="PondException"><c>index-damaged</c></exception>
    TransactionPlace? Find(Signature transaction);

    /// <summary>The transactions that name an account, newest first.</summary>
    /// <param name="account">The account.</param>
    /// <param name="before">Only those whose <see cref="TransactionPlace.Number"/> is lower.</param>
    /// <param name="until">Stop before this one; null for the oldest.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="PondException"><c>index-damaged</c></exception>
    ImmutableArray<TransactionPlace> FindByAccount(Pubkey account, long before, Signature? until, int limit);

    /// <summary>Drops the blocks below a height with all that was in them.</summary>
    void DropBefore(ulong height);

    /// <summary>Drops everything, and begins the count of transactions anew.</summary>
    /// <param name="transactionCount">How many transactions there were before what is added next.</param>
    void Clear(ulong transactionCount);
}
