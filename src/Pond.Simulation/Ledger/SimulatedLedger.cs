using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using Pond.Ledger;
using Pond.Ledger.Journal;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;
using Pond.Simulation.Disk;
using Pond.Simulation.Network;

namespace Pond.Simulation.Ledger;

/// <summary>The production bank and journal on virtual time: takes transactions, seals slots, confirms blocks once they are on its disk.</summary>
/// <remarks>A slot in which nobody sends or reads anything has no block; otherwise each has one.</remarks>
internal sealed partial class SimulatedLedger
{
    /// <summary>After how long a sender repeats what it has heard nothing of.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly SimulationWorld _world;
    private readonly Genesis _genesis;
    private readonly Pubkey _task;
    private readonly SimulatedKey _producer;
    private readonly List<SentTransaction> _open = [];
    private readonly Dictionary<Round, (Slot Slot, TaskRoundInfo? Info)> _rounds = [];
    private readonly Dictionary<Slot, Hash> _hashes = [];
    private (Slot Slot, TaskInfo Info)? _info;
    private (Slot Slot, Round Round, bool IsNeeded) _backups;
    private Task<VrfProof>? _proof;
    private Slot? _endScheduled;

    internal SimulatedLedger(SimulationWorld world, Genesis genesis, SimulatedKey producer)
    {
        (_world, _genesis, _producer, _task) = (world, genesis, producer, genesis.Tasks[0].Address);
        Bank = new Bank(genesis);
        _replica = world.Options.IsReplayed ? new Bank(genesis) : null;
        _disk = new VirtualFolder(DeterministicRandom.ForStream(world.Options.SeedValue, "disk"));
        _faults = DeterministicRandom.ForStream(world.Options.SeedValue, "disk-faults");
        _salts = DeterministicRandom.ForStream(world.Options.SeedValue, "journal-salts");
        _journal = world.Options.IsJournaled ? LedgerJournal.Open(_disk, JournalOptions, static _ => { }) : null;
        Prove();
    }

    /// <summary>The bank; another one after a crash.</summary>
    internal Bank Bank { get; private set; }

    /// <summary>Whether it answers.</summary>
    internal bool IsUp { get; private set; } = true;

    /// <summary>Says whether the producer keeps a transaction out of the slot; it may come again.</summary>
    internal Func<SentTransaction, Slot, bool>? Censor { get; set; }

    /// <summary>How many transactions landed.</summary>
    internal long Landed { get; private set; }

    /// <summary>How many of them failed.</summary>
    internal long Failed { get; private set; }

    /// <summary>How many blocks were sealed.</summary>
    internal long Blocks { get; private set; }

    /// <summary>Seals what is open if its slot is over. Called before anything is read or written.</summary>
    internal void Touch()
    {
        var now = _world.SlotNow;
        if (IsUp && Bank.Slot < now)
        {
            Seal(now);
        }
    }

    /// <summary>The task, as it was at the first question in this slot.</summary>
    internal TaskInfo ReadTask()
    {
        if (_info is not { } known || known.Slot != Bank.Slot)
        {
            _info = known = (Bank.Slot, Bank.GetTask(_task)!);
        }

        return known.Info;
    }

    /// <summary>A whole round, as it was at the first question in this slot: what a task reads.</summary>
    internal TaskRoundInfo? ReadRound(Round round)
    {
        if (!_rounds.TryGetValue(round, out var known) || known.Slot != Bank.Slot)
        {
            _rounds[round] = known = (Bank.Slot, Bank.GetTaskRound(_task, round));
            if (_rounds.Count > 16)
            {
                foreach (var old in _rounds.Keys.Order().Take(8).ToList())
                {
                    _rounds.Remove(old);
                }
            }
        }

        return known.Info;
    }

    /// <summary>Whether backups or jurors have something to do in a round: a verdict is missing, or there is an objection.</summary>
    internal bool NeedsBackups(Round round)
    {
        if (_backups.Slot != Bank.Slot || _backups.Round != round)
        {
            var info = ReadRound(round);
            var isNeeded = info is not null && (info.Objections.Count > 0 || info.Submissions.Keys.Any(candidate =>
                !info.Verdicts.TryGetValue(candidate, out var verdicts) || verdicts.Length < info.AuditorsPerSubmission));
            _backups = (Bank.Slot, round, isNeeded);
        }

        return _backups.IsNeeded;
    }

    /// <summary>What of a round concerns a node, as it is now.</summary>
    internal TaskRoundInfo? ReadRoundOf(Round round, Pubkey node) => Bank.GetTaskRoundOf(_task, round, node);

    /// <summary>The hash of a slot's block; null if it has none.</summary>
    internal Hash? HashOf(Slot slot) => _hashes.TryGetValue(slot, out var hash) ? hash : null;

    /// <summary>Runs transactions at once, before the simulation begins.</summary>
    internal void Prepare(SimulatedKey payer, SimulatedKey other, ImmutableArray<Instruction> instructions)
    {
        var transaction = Signing.Sign(Message.Compile(payer.PublicKey, Bank.LatestBlock.Hash, instructions), payer, other);
        var result = Bank.Process(transaction);
        Debug.Assert(result.IsSuccess, "What a simulation begins with fits its genesis.");
        if (!result.IsSuccess)
        {
            throw new PondException(
                "simulation-setup", $"The simulation can't begin: {result.Error} {string.Join(' ', result.Logs)}", "Check the options: windows, bounty and stake.");
        }
    }

    /// <summary>Sends a transaction from a node; <paramref name="ended"/> is called once, when the node knows how it ended.</summary>
    internal void Send(
        int sender, SimulatedKey payer, SimulatedKey staker, ImmutableArray<Instruction> instructions, Action<SendOutcome> ended)
    {
        var blockhash = Bank.LatestBlock.Hash;
        var transaction = Signing.Sign(Message.Compile(payer.PublicKey, blockhash, instructions), payer, staker);
        Dispatch(new SentTransaction(sender, transaction, Bank.LastValidBlockHeight(blockhash), ended));
    }

    private void Dispatch(SentTransaction sent)
    {
        if (_world.Network.Send(sent.Sender, VirtualNetwork.Ledger) is not { } latency)
        {
            Retry(sent);
            return;
        }

        _world.Clock.After(latency, () => Receive(sent));
        if (_world.Network.IsDuplicated(sent.Sender))
        {
            _world.Clock.After(latency + _world.Network.Latency(sent.Sender), () => Receive(sent));
        }
    }

    private void Retry(SentTransaction sent) => _world.Clock.After(RetryAfter, () =>
    {
        if (sent.IsEnded)
        {
            return;
        }

        if (IsUp && sent.Result is null && Bank.BlockHeight > sent.LastValidHeight && !_world.Network.IsReachable(sent.Sender, VirtualNetwork.Ledger))
        {
            sent.End(new(null, null, sent.Transaction.Id, Lamports.Zero));
        }
        else
        {
            Dispatch(sent);
        }
    });

    private void Receive(SentTransaction sent)
    {
        if (sent.IsEnded)
        {
            return;
        }

        if (!IsUp)
        {
            Retry(sent);
            return;
        }

        Touch();
        if (!IsUp || (Censor?.Invoke(sent, Bank.Slot) ?? false))
        {
            Retry(sent);
            return;
        }

        if (sent.Result is not null)
        {
            // It is in a block already; its sender asks again because the answer was lost.
            if (!_open.Contains(sent))
            {
                Answer([sent]);
            }

            return;
        }

        if (!_world.Signing.Verify(sent.Transaction))
        {
            sent.End(new(null, new(TransactionErrorKind.SignatureFailure), sent.Transaction.Id, Lamports.Zero));
            return;
        }

        var result = Bank.Process(sent.Transaction);
        _world.Trace(
            $"process {sent.Sender} {Bank.Slot} {result.IsLanded} {(int)(result.Error?.Kind ?? TransactionErrorKind.None)} {result.Error?.Instruction?.Custom ?? 0} {sent.Transaction.Id.R.ToShortHex()}");
        if (!result.IsLanded)
        {
            if (result.Error!.Kind is TransactionErrorKind.BlockhashNotFound && Bank.BlockHeight <= sent.LastValidHeight)
            {
                // The block that it names was lost in a crash.
                sent.End(new(null, null, sent.Transaction.Id, Lamports.Zero));
            }
            else if (result.Error.Kind is not TransactionErrorKind.AlreadyProcessed)
            {
                sent.End(new(null, result.Error, sent.Transaction.Id, Lamports.Zero));
            }

            return;
        }

        Landed++;
        Failed += result.IsSuccess ? 0 : 1;
        sent.Result = result;
        _open.Add(sent);
        _world.Checks.OnTransaction(result);
        if (_endScheduled != Bank.Slot)
        {
            _endScheduled = Bank.Slot;
            _world.Clock.At(_world.StartOf(Bank.Slot + 1), Touch);
        }
    }

    private void Seal(Slot next)
    {
        var (proof, beacon) = TakeBeacon();
        var block = Bank.Seal(proof, beacon, next);
        Blocks++;
        var record = BlockRecord.Of(block, next);
        Prove();
        _world.Trace($"block {block.Slot} {block.Height} {block.Transactions.Length} {block.Hash.Bytes.ToShortHex()}");
        ImmutableArray<SentTransaction> sent = [.. _open];
        _open.Clear();
        if (!TryStore(record))
        {
            Stop(sent);
            return;
        }

        Keep(block);
        Replay(record);
        _confirmed = (block.Height, block.Hash);
        _world.Checks.OnBlock(block, Bank);
        foreach (var group in sent.GroupBy(transaction => transaction.Sender))
        {
            Answer([.. group]);
        }
    }

    private void Answer(ImmutableArray<SentTransaction> sent)
    {
        if (_world.Network.Send(VirtualNetwork.Ledger, sent[0].Sender) is not { } latency)
        {
            foreach (var transaction in sent)
            {
                Retry(transaction);
            }

            return;
        }

        var delay = latency + (_journal is null ? TimeSpan.Zero : _world.Options.DiskConditions.SyncTime);
        _world.Clock.After(delay, () =>
        {
            foreach (var transaction in sent)
            {
                if (transaction.Result is { } result)
                {
                    transaction.End(new(result.IsSuccess ? result.Slot : null, result.Error, transaction.Transaction.Id, result.Fee));
                }
            }
        });
    }

    // The proof takes a millisecond; what it proves is known as soon as the slot is open, so another thread makes it meanwhile.
    private void Prove()
    {
        if (_producer.Keypair is { } key)
        {
            var input = Bank.BeaconInput;
            _proof = Task.Run(() => key.Prove(input.AsSpan()));
        }
    }

    private (VrfProof? Proof, ImmutableArray<byte> Beacon) TakeBeacon()
    {
        if (_proof is null)
        {
            return (null, [.. SHA512.HashData([.. _producer.PublicKey.ToArray(), .. Bank.BeaconInput])]);
        }

        // Nothing of the order in which things happen depends on when it is ready.
        var proof = _proof.GetAwaiter().GetResult();
        return (proof, [.. proof.ToOutput()]);
    }
}
