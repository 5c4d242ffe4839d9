using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;

namespace Pond.Server.Ledger.Storage;

/// <summary>A history in memory.</summary>
internal sealed class MemoryLedgerStore : ILedgerStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Slot, Block> _blocks = [];
    private readonly SortedSet<Slot> _slots = [];
    private readonly Queue<Block> _order = new();
    private readonly Dictionary<Signature, TransactionPlace> _transactions = [];
    private readonly Dictionary<Pubkey, AccountHistory> _byAccount = [];

    public Block? Latest { get; private set; }

    public Block? First
    {
        get
        {
            lock (_gate)
            {
                return _order.TryPeek(out var block) ? block : null;
            }
        }
    }

    public ulong TransactionCount { get; private set; }

    /// <summary>How many blocks are here.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _order.Count;
            }
        }
    }

    public void Add(IReadOnlyCollection<Block> blocks)
    {
        lock (_gate)
        {
            foreach (var block in blocks)
            {
                Add(block);
            }
        }
    }

    public Block? Find(Slot slot)
    {
        lock (_gate)
        {
            return _blocks.GetValueOrDefault(slot);
        }
    }

    public ImmutableArray<Slot> FindSlots(Slot first, Slot last, int limit)
    {
        lock (_gate)
        {
            return last < first ? [] : [.. _slots.GetViewBetween(first, last).Take(limit)];
        }
    }

    public TransactionPlace? Find(Signature transaction)
    {
        lock (_gate)
        {
            return _transactions.TryGetValue(transaction, out var place) ? place : null;
        }
    }

    public ImmutableArray<TransactionPlace> FindByAccount(Pubkey account, long before, Signature? until, int limit)
    {
        lock (_gate)
        {
            return _byAccount.TryGetValue(account, out var history)
                ? [.. history.NewestFirst()
                    .SkipWhile(place => place.Number >= before)
                    .TakeWhile(place => place.Result.Transaction.Id != until)
                    .Take(limit)]
                : [];
        }
    }

    public void DropBefore(ulong height)
    {
        lock (_gate)
        {
            while (_order.TryPeek(out var block) && block.Height < height)
            {
                Drop(_order.Dequeue());
            }
        }
    }

    public void Clear(ulong transactionCount)
    {
        lock (_gate)
        {
            _blocks.Clear();
            _slots.Clear();
            _order.Clear();
            _transactions.Clear();
            _byAccount.Clear();
            (Latest, TransactionCount) = (null, transactionCount);
        }
    }

    private void Add(Block block)
    {
        _blocks.Add(block.Slot, block);
        _ = _slots.Add(block.Slot);
        _order.Enqueue(block);
        Latest = block;
        TransactionCount += (ulong)block.Transactions.Length;
        for (var index = 0; index < block.Transactions.Length; index++)
        {
            var place = new TransactionPlace(block, index, block.Transactions[index]);
            _transactions[place.Result.Transaction.Id] = place;
            foreach (var key in TransactionPlace.AccountsOf(place.Result))
            {
                if (!_byAccount.TryGetValue(key, out var history))
                {
                    _byAccount[key] = history = new AccountHistory();
                }

                history.Add(place);
            }
        }
    }

    private void Drop(Block block)
    {
        _ = _blocks.Remove(block.Slot);
        _ = _slots.Remove(block.Slot);
        foreach (var result in block.Transactions)
        {
            _ = _transactions.Remove(result.Transaction.Id);
            foreach (var key in TransactionPlace.AccountsOf(result))
            {
                if (_byAccount.TryGetValue(key, out var history) && !history.DropOldest())
                {
                    _ = _byAccount.Remove(key);
                }
            }
        }
    }
}
