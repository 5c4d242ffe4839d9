using System.Diagnostics.CodeAnalysis;
using Pond.Ledger.Snapshots;

namespace Pond.Ledger;

public sealed partial class Bank
{
    /// <summary>Goes on from a state that <see cref="Capture"/> gave.</summary>
    /// <exception cref="FormatException">The state's lamports are not those of the genesis.</exception>
    public static Bank Restore(Genesis genesis, BankSnapshot snapshot) => new(genesis, snapshot.State);

    /// <summary>The whole state, between two blocks. Takes as long as copying a list of the accounts; what is written later changes nothing in it.</summary>
    /// <exception cref="InvalidOperationException">The open slot has transactions.</exception>
    public BankSnapshot Capture() => _open.Count > 0 || _entries.Count > 0
        ? throw new InvalidOperationException($"Slot {Slot} has transactions; a state can be taken right after a block was sealed.")
        : new(ToState());

    private BankState ToState() => new()
    {
        LatestBlock = LatestBlock,
        OpenSlot = Slot,
        FeesBurnt = FeesBurnt,
        LocallyMinted = LocallyMinted,
        LocallyDestroyed = LocallyDestroyed,
        Beacons = _beacons.ToArray(),
        RecentBlocks = [.. _recentBlocks.NewestFirst.Reverse()],
        SkippedSlots = [.. _recentBlocks.Skipped],
        Remembered =
        [
            .. _recent.Select(block => new RememberedBlock(
                block.Height, block.Hash, block.Messages, block.Transactions, [.. block.Transactions.Select(id => _statuses[id])])),
        ],
        Accounts = _accounts.ToArray(),
    };

    [MemberNotNull(nameof(LatestBlock))]
    private void Load(BankState state)
    {
        _accounts.Fill(state.Accounts);
        FeesBurnt = state.FeesBurnt;
        (LocallyMinted, LocallyDestroyed) = (state.LocallyMinted, state.LocallyDestroyed);
        if (!IsConserved(_accounts.Total))
        {
            throw new FormatException(
                $"It holds {_accounts.Total.Value} lamports and {FeesBurnt.Value} burnt ones; the genesis made {_supply.Value}.");
        }

        _beacons.Restore(state.Beacons);
        _recentBlocks.Restore(state.RecentBlocks, state.SkippedSlots);
        foreach (var block in state.Remembered)
        {
            _recent.Enqueue(new(block.Height, block.Hash, block.Messages, block.Transactions));
            _blockhashHeights[block.Hash] = block.Height;
            _processed.UnionWith(block.Messages);
            for (var index = 0; index < block.Transactions.Length; index++)
            {
                _statuses[block.Transactions[index]] = block.Statuses[index];
            }
        }

        LatestBlock = state.LatestBlock;
        Slot = state.OpenSlot;
    }
}
