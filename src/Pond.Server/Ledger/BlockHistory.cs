using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger.Storage;

namespace Pond.Server.Ledger;

/// <summary>The confirmed blocks, found by slot, and their transactions by id and by account. The oldest go.</summary>
/// <remarks>
/// The latest blocks are in memory, until the store has them and somewhat longer; the rest is read from the store. Safe for use by several
/// threads. Searching may read from a disk, so it is not done under anybody's lock.
/// </remarks>
internal sealed class BlockHistory
{
    /// <summary>So many blocks stay in memory when the store has them: what clients ask for most.</summary>
    internal const int RecentBlocks = 32;

    private readonly MemoryLedgerStore _recent = new();
    private readonly ILedgerStore? _store;
    private readonly ulong _keepBlocks;
    private Block _latest;

    /// <summary>Begins a history.</summary>
    /// <param name="latest">The last confirmed block.</param>
    /// <param name="genesisHash">The hash that names the network.</param>
    /// <param name="keepBlocks">How many blocks are kept.</param>
    /// <param name="store">What was before; null to keep all in memory.</param>
    internal BlockHistory(Block latest, Hash genesisHash, ulong keepBlocks, ILedgerStore? store)
    {
        (_latest, GenesisHash, _keepBlocks, _store) = (latest, genesisHash, keepBlocks, store);
        if (store is null)
        {
            _recent.Add([latest]);
        }
        else
        {
            _recent.Clear(store.TransactionCount);
        }
    }

    /// <summary>The last confirmed block, with or without its transactions.</summary>
    internal Block Latest => Volatile.Read(ref _latest);

    /// <summary>How many transactions have been confirmed since genesis, those of dropped blocks included.</summary>
    internal ulong TransactionCount => _recent.TransactionCount;

    /// <summary>The oldest slot that is still here.</summary>
    internal Slot FirstSlot => (_store?.First ?? _recent.First ?? Latest).Slot;

    /// <summary>The hash that names the network: the first block's parent.</summary>
    internal Hash GenesisHash { get; }

    /// <summary>Adds the next block: it is on the disk, or there is no disk.</summary>
    internal void Confirm(Block block)
    {
        _recent.Add([block]);
        Volatile.Write(ref _latest, block);
        if (_store is null)
        {
            _recent.DropBefore(Oldest(block.Height));
        }
    }

    /// <summary>Takes note that the store has all blocks up to a height.</summary>
    internal void Stored(ulong height) => _recent.DropBefore(height < RecentBlocks ? 0 : height - RecentBlocks);

    /// <summary>The height below which blocks are not kept.</summary>
    internal ulong Oldest(ulong height) => height < _keepBlocks ? 0 : height - _keepBlocks + 1;

    /// <summary>The block of a slot; null if the slot has none, or it was dropped.</summary>
    internal Block? Find(Slot slot) => _recent.Find(slot) ?? _store?.Find(slot);

    /// <summary>The slots from one to another, both included, that have a block, in order.</summary>
    internal ImmutableArray<Slot> FindSlots(Slot first, Slot last, int limit)
    {
        var stored = _store?.FindSlots(first, last, limit) ?? [];
        var rest = stored.IsEmpty ? first : stored[^1] + 1;
        return stored.Length >= limit || last < rest ? stored : [.. stored, .. _recent.FindSlots(rest, last, limit - stored.Length)];
    }

    /// <summary>A transaction; null if it has not been confirmed, or its block was dropped.</summary>
    internal TransactionPlace? Find(Signature transaction) => _recent.Find(transaction) ?? _store?.Find(transaction);

    /// <summary>The transactions that name an account, newest first.</summary>
    /// <param name="account">The account.</param>
    /// <param name="before">Start after this one; null for the newest. Nothing is found before one that is not here.</param>
    /// <param name="until">Stop before this one; null for the oldest.</param>
    /// <param name="limit">How many at most.</param>
    internal ImmutableArray<TransactionPlace> FindByAccount(Pubkey account, Signature? before, Signature? until, int limit)
    {
        var end = long.MaxValue;
        if (before is { } last)
        {
            if (Find(last) is not { } place)
            {
                return [];
            }

            end = place.Number;
        }

        // What leaves the memory meanwhile is in the store by then, so the store is asked from there on where the memory was asked.
        var boundary = _recent.First is { } first && _store is not null ? TransactionPlace.NumberOf(first.Height, 0) : long.MinValue;
        var recent = _recent.FindByAccount(account, end, until, limit).Where(place => place.Number >= boundary).ToImmutableArray();
        if (_store is null || recent.Length == limit || (until is { } stop && _recent.Find(stop) is not null))
        {
            return recent;
        }

        return [.. recent, .. _store.FindByAccount(account, Math.Min(end, boundary == long.MinValue ? long.MaxValue : boundary), until, limit - recent.Length)];
    }
}
