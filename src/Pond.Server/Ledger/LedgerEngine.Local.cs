using System.Collections.Immutable;
using System.Threading.Channels;
using Pond.Ledger;
using Pond.Ledger.Journal;
using Pond.Ledger.Snapshots;
using Pond.Primitives;

namespace Pond.Server.Ledger;

/// <summary>What the owner of a local network does to the ledger without a transaction.</summary>
internal sealed partial class LedgerEngine
{
    private bool _hasOpenEntries;
    private int _failuresLeft;
    private volatile ImmutableHashSet<Pubkey> _impersonated = [];

    /// <summary>The signers whose signatures are not looked at.</summary>
    internal ImmutableHashSet<Pubkey> Impersonated
    {
        get => _impersonated;
        set => _impersonated = value;
    }

    /// <summary>How many of the next transactions will fail.</summary>
    internal int FailuresLeft
    {
        get => Read((_, _) => _failuresLeft);
        set
        {
            lock (_gate)
            {
                _failuresLeft = value;
            }
        }
    }

    /// <summary>Does what an entry says in the open slot; it is journaled with the slot's block.</summary>
    /// <param name="make">Makes the entry from the state that it is done to.</param>
    /// <returns>The slot.</returns>
    internal Slot Apply(Func<Bank, LocalEntry> make)
    {
        lock (_gate)
        {
            ThrowIfStopped();
            _bank.Apply(make(_bank));
            _hasOpenEntries = true;
            var slot = _bank.Slot;
            SealOnDemand();
            return slot;
        }
    }

    /// <summary>The accounts as they are now, and the slot.</summary>
    internal (Slot Slot, BankSnapshot Accounts) CaptureAccounts() => Read((bank, _) => (bank.Slot, bank.CaptureAccounts()));

    /// <summary>Lets a slot begin now; those between the open one and it stay empty.</summary>
    /// <returns>The slot that is open when the block before it is confirmed.</returns>
    /// <exception cref="PondException"><c>ledger-stopped</c></exception>
    internal async Task<Slot> WarpAsync(Slot target, CancellationToken cancellationToken)
    {
        var blocks = Blocks.Listen();
        try
        {
            var open = Read((bank, _) =>
            {
                ThrowIfStopped();
                return bank.Slot;
            });
            if (open >= target)
            {
                return open;
            }

            _clock.AdvanceTo(target);
            while ((await blocks.ReadAsync(cancellationToken)).Slot < open)
            {
                // Blocks that were on their way to the disk.
            }

            return Read((bank, _) => bank.Slot);
        }
        catch (ChannelClosedException exception)
        {
            throw new PondException("ledger-stopped", "The ledger stopped before the slot began.", "Start it again.", innerException: exception);
        }
        finally
        {
            Blocks.Leave(blocks);
        }
    }

    // Under the lock, before each transaction.
    private void PrepareLocally(uint skippedSigners)
    {
        if (skippedSigners != 0)
        {
            _bank.Apply(LocalEntry.SkipSignatures(skippedSigners));
        }

        if (_failuresLeft > 0)
        {
            _bank.Apply(LocalEntry.FailTransaction);
        }
    }

    // Under the lock.
    private void SealOnDemand()
    {
        if (_mining is MiningMode.OnDemand && !_clock.IsPaused)
        {
            _clock.AdvanceTo(_bank.Slot + 1);
        }
    }
}
