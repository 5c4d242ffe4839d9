using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Ledger.Journal;
using Pond.Primitives;
using Pond.Simulation.Disk;

namespace Pond.Simulation.Ledger;

/// <content>The ledger's disk, its crashes, and the second bank that makes every block again.</content>
internal sealed partial class SimulatedLedger
{
    private readonly VirtualFolder _disk;
    private readonly DeterministicRandom _faults;
    private readonly DeterministicRandom _salts;
    private readonly Bank? _replica;
    private LedgerJournal? _journal;
    private (ulong Height, Hash Hash) _confirmed;

    /// <summary>How often it crashed.</summary>
    internal int Crashes { get; private set; }

    private JournalOptions JournalOptions => new()
    {
        GenesisHash = _genesis.ComputeHash(),
        NewSalt = () =>
        {
            var salt = new byte[Hash.SizeBytes];
            for (var offset = 0; offset < salt.Length; offset += sizeof(ulong))
            {
                BitConverter.TryWriteBytes(salt.AsSpan(offset), _salts.NextUInt64());
            }

            return new Hash(salt);
        },
        FileSizeBytes = 256 * 1024,
    };

    /// <summary>Ends the ledger's process, or its whole machine, and starts it again after a while.</summary>
    internal void Crash(bool isPowerCut)
    {
        if (!IsUp || _journal is null)
        {
            return;
        }

        ImmutableArray<SentTransaction> open = [.. _open];
        _open.Clear();
        Stop(open, isPowerCut);
    }

    /// <summary>Makes all blocks again from the disk, as a new start would.</summary>
    /// <returns>The last block's hash; null if the ledger has no journal.</returns>
    internal Hash? ReplayFromDisk()
    {
        if (_journal is null)
        {
            return null;
        }

        var bank = new Bank(_genesis);
        LedgerJournal.Check(_disk, JournalOptions, record => BlockReplay.Apply(bank, record, isTrusted: true));
        return bank.LatestBlock.Hash;
    }

    private bool TryStore(BlockRecord record)
    {
        if (_journal is null)
        {
            return true;
        }

        var conditions = _world.Options.DiskConditions;
        var isCut = _world.AreFaultsOn && conditions.PowerCutsPerThousandBlocks > 0 && _faults.Chance(conditions.PowerCutsPerThousandBlocks, 1000);
        var isFailing = _world.AreFaultsOn && conditions.FailuresPerThousandBlocks > 0 && _faults.Chance(conditions.FailuresPerThousandBlocks, 1000);
        // The first block has the stakes that a simulation begins with: nobody would send them again.
        (isCut, isFailing) = (isCut && record.Height > 1, isFailing && record.Height > 1);
        if (isCut || isFailing)
        {
            // Before the write, between write and sync, or after both.
            _disk.FailAfter(_faults.NextBelow(isCut ? 3 : 2));
        }

        try
        {
            _journal.Append([record]);
            if (!isCut)
            {
                _disk.KillProcess();
                return true;
            }
        }
        catch (IOException)
        {
            // What of the block is on the disk, the next start finds out.
        }

        _world.Trace($"disk {(isCut ? "cut" : "failed")} {record.Height}");
        _cutsPower = isCut;
        return false;
    }

    private bool _cutsPower;

    private void Stop(ImmutableArray<SentTransaction> sent) => Stop(sent, _cutsPower);

    private void Stop(ImmutableArray<SentTransaction> sent, bool isPowerCut)
    {
        IsUp = false;
        Crashes++;
        _cutsPower = false;
        _journal?.Dispose();
        if (isPowerCut)
        {
            _disk.CutPower();
        }
        else
        {
            _disk.KillProcess();
        }

        _world.Trace($"ledger down {isPowerCut}");
        _world.Clock.At(_world.StartOf(_world.SlotNow + _world.Options.DiskConditions.DownSlots), () => Start(sent));
    }

    private void Start(ImmutableArray<SentTransaction> sent)
    {
        Bank = new Bank(_genesis);
        _rounds.Clear();
        _info = null;
        _endScheduled = null;
        Hash? atConfirmed = _confirmed.Height == 0 ? _confirmed.Hash : null;
        _journal = LedgerJournal.Open(_disk, JournalOptions, record =>
        {
            var block = BlockReplay.Apply(Bank, record, isTrusted: true);
            if (block.Height == _confirmed.Height)
            {
                atConfirmed = block.Hash;
            }

            Replay(record);
        });
        _world.Checks.OnRecovered(_confirmed.Height, _confirmed.Height == 0 || atConfirmed == _confirmed.Hash, Bank);
        _confirmed = (Bank.BlockHeight, Bank.LatestBlock.Hash);
        IsUp = true;
        Prove();
        _world.Trace($"ledger up {Bank.BlockHeight} {Bank.LatestBlock.Hash.Bytes.ToShortHex()}");
        foreach (var transaction in sent)
        {
            // Those whose block survived have landed; the others come again.
            if (Bank.GetStatus(transaction.Transaction.Id) is null)
            {
                transaction.Result = null;
            }

            Retry(transaction);
        }
    }

    private void Replay(BlockRecord record)
    {
        if (_replica is null || record.Height <= _replica.BlockHeight)
        {
            return;
        }

        try
        {
            BlockReplay.Apply(_replica, record, isTrusted: true);
        }
        catch (PondException exception)
        {
            _world.Checks.Report("replay", exception.Message);
        }
    }
}
