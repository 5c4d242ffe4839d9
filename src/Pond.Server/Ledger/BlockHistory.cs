using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;

namespace Pond.Server.Ledger;

/// <summary>The sealed blocks of the recent past, found by slot, and their transactions by id and by account. In memory; the oldest go.</summary>
/// <remarks>Not thread-safe: <see cref="LedgerEngine"/> guards it together with the bank.</remarks>
internal sealed class BlockHistory(int maxBlocks)
{
    private readonly Dictionary<Slot, Block> _blocks = [];
    private readonly SortedSet<Slot> _slots = [];
    private readonly Queue<Slot> _order = new();
    private readonly Dictionary<Signature, TransactionPlace> _transactions = [];
    private readonly Dictionary<Pubkey, List<Signature>> _byAccount = [];

    /// <summary>How many transactions have landed since genesis, those of dropped blocks included.</summary>
    internal ulong TransactionCount { get; private set; }

    /// <summary>The oldest slot that is still here.</summary>
    internal Slot FirstSlot => _order.TryPeek(out var slot) ? slot : default;

    /// <summary>The hash that names the network: the first block's parent.</summary>
    internal Hash GenesisHash { get; private set; }

    /// <summary>Adds the next block; the first one is the ledger's first.</summary>
    internal void Add(Block block)
    {
        GenesisHash = GenesisHash.IsZero ? block.ParentHash : GenesisHash;
        if (_order.Count == maxBlocks)
        {
            Drop(_order.Dequeue());
        }

        _blocks.Add(block.Slot, block);
        _ = _slots.Add(block.Slot);
        _order.Enqueue(block.Slot);
        TransactionCount += (ulong)block.Transactions.Length;
        for (var index = 0; index < block.Transactions.Length; index++)
        {
            var transaction = block.Transactions[index].Transaction;
            _transactions[transaction.Id] = new TransactionPlace(block, index);
            foreach (var key in transaction.Message.Keys)
            {
                if (!_byAccount.TryGetValue(key, out var signatures))
                {
                    _byAccount[key] = signatures = [];
                }

                signatures.Add(transaction.Id);
            }
        }
    }

    /// <summary>The block of a slot; null if the slot has none, or it was dropped.</summary>
    internal Block? Find(Slot slot) => _blocks.GetValueOrDefault(slot);

    /// <summary>The slots from <paramref name="first"/> to <paramref name="last"/>, both included, that have a block, in order.</summary>
    internal ImmutableArray<Slot> FindSlots(Slot first, Slot last, int limit) =>
        last < first ? [] : [.. _slots.GetViewBetween(first, last).Take(limit)];

    /// <summary>A transaction; null if it has not landed, or its block was dropped.</summary>
    internal TransactionPlace? Find(Signature transaction) =>
        _transactions.TryGetValue(transaction, out var place) ? place : null;

    /// <summary>The transactions that name an account, newest first.</summary>
    /// <param name="account">The account.</param>
    /// <param name="before">Start after this one; null for the newest.</param>
    /// <param name="until">Stop before this one; null for the oldest.</param>
    /// <param name="limit">How many at most.</param>
    internal ImmutableArray<TransactionPlace> FindByAccount(Pubkey account, Signature? before, Signature? until, int limit)
    {
        if (!_byAccount.TryGetValue(account, out var signatures))
        {
            return [];
        }

        var start = before is { } last ? signatures.LastIndexOf(last) : signatures.Count;
        var found = ImmutableArray.CreateBuilder<TransactionPlace>();
        for (var index = start - 1; index >= 0 && found.Count < limit && signatures[index] != until; index--)
        {
            found.Add(_transactions[signatures[index]]);
        }

        return found.ToImmutable();
    }

    private void Drop(Slot slot)
    {
        _ = _slots.Remove(slot);
        _ = _blocks.Remove(slot, out var block);
        foreach (var transaction in block!.Transactions.Select(result => result.Transaction))
        {
            _ = _transactions.Remove(transaction.Id);
            foreach (var key in transaction.Message.Keys)
            {
                // Blocks are dropped oldest first, so the transaction is at the front.
                var signatures = _byAccount[key];
                _ = signatures.Remove(transaction.Id);
                if (signatures.Count == 0)
                {
                    _ = _byAccount.Remove(key);
                }
            }
        }
    }
}

/// <summary>Where a transaction stands in the chain.</summary>
/// <param name="Block">Its block.</param>
/// <param name="Index">Its place in the block.</param>
internal readonly record struct TransactionPlace(Block Block, int Index)
{
    /// <summary>What became of it.</summary>
    internal TransactionResult Result => Block.Transactions[Index];
}
