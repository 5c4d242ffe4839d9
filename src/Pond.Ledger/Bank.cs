using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Pond.Ledger.Accounts;
using Pond.Ledger.Consensus;
using Pond.Ledger.Programs;
using Pond.Ledger.Programs.AssociatedToken;
using Pond.Ledger.Programs.Token;
using Pond.Ledger.Snapshots;
using Pond.Ledger.Tasks;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Ledger;

/// <summary>
/// The settlement ledger's state machine: accounts, transactions, blocks. The same genesis, transactions and proofs in the same order
/// give the same blocks everywhere.
/// </summary>
/// <remarks>
/// Not thread-safe, and free of clocks, randomness and I/O: a shell feeds it one input at a time and owns the time, the
/// producer's key and the history of blocks. The rules are in docs/protocol/ledger.md.
/// </remarks>
public sealed partial class Bank
{
    /// <summary>How many of the last blocks' hashes a transaction may name.</summary>
    public const int MaxProcessingAge = 150;

    /// <summary>For how many blocks <see cref="GetStatus"/> remembers a transaction: as many as the SlotHashes sysvar names.</summary>
    public const int StatusBlocks = RecentBlocks.MaxBlocks;

    /// <summary>What one signature costs. All of it is burnt.</summary>
    public static readonly Lamports FeePerSignature = new(5000);

    private readonly AccountStore _accounts = new();
    private readonly BeaconHistory _beacons = new();
    private readonly RecentBlocks _recentBlocks = new();
    private readonly ProgramSet _programs;
    private readonly Dictionary<Hash, ulong> _blockhashHeights = [];
    private readonly Dictionary<Signature, TransactionStatus> _statuses = [];
    private readonly HashSet<Hash> _processed = [];
    private readonly Queue<RecentBlock> _recent = new();
    private readonly HashSet<Pubkey> _written = [];
    private readonly List<TransactionResult> _open = [];
    private readonly List<Hash> _openMessages = [];
    private readonly Lamports _supply;
    private Pubkey[]? _writtenInOrder;

    /// <summary>Starts a ledger with its first block sealed and slot 1 open.</summary>
    /// <exception cref="ArgumentException">The genesis contradicts itself, or asks for rules that are not built.</exception>
    public Bank(Genesis genesis)
        : this(genesis, state: null)
    {
    }

    private Bank(Genesis genesis, BankState? state)
    {
        Check(genesis);
        Genesis = genesis;
        Epochs = new(genesis.SlotsPerEpoch);
        IProgram[] programs =
        [
            new SystemProgram(_recentBlocks), new ComputeBudgetProgram(), MemoProgram.Version1, MemoProgram.Version2, new Ed25519Program(),
            new AddressLookupTableProgram(_recentBlocks), new TokenProgram(), new AssociatedTokenProgram(),
            new TaskProgram(genesis, _beacons, TaskKind.Koii), new TaskProgram(genesis, _beacons, TaskKind.Token),
        ];
        _programs = new(programs);
        _supply = GenesisState.SupplyOf(genesis, programs);
        if (state is null)
        {
            Begin(programs);
        }
        else
        {
            Load(state);
        }
    }

    /// <summary>What the ledger began with.</summary>
    public Genesis Genesis { get; }

    /// <summary>The slot that is being filled.</summary>
    public Slot Slot { get; private set; }

    /// <summary>The number of the last sealed block.</summary>
    public ulong BlockHeight => LatestBlock.Height;

    /// <summary>The last sealed block.</summary>
    public Block LatestBlock { get; private set; }

    /// <summary>What the producer must prove to seal the open slot: the previous beacon, then the slot as 8 little-endian bytes.</summary>
    public ImmutableArray<byte> BeaconInput
    {
        get
        {
            var slot = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(slot, Slot.Value);
            return [.. LatestBlock.Beacon, .. slot];
        }
    }

    /// <summary>The sum of all balances. With <see cref="FeesBurnt"/> it never changes, but by what local entries make and destroy.</summary>
    public Lamports TotalLamports => _accounts.Total;

    /// <summary>All fees so far.</summary>
    public Lamports FeesBurnt { get; private set; }

    /// <summary>Ends the open slot with a block and opens a later one; the slots between them stay empty.</summary>
    /// <param name="proof">The producer's proof for <see cref="BeaconInput"/>.</param>
    /// <param name="next">The slot to open; later than <see cref="Slot"/>.</param>
    /// <exception cref="ArgumentException">The proof does not hold, or <paramref name="next"/> is not later.</exception>
    public Block Seal(VrfProof proof, Slot next)
    {
        if (next <= Slot)
        {
            throw new ArgumentException($"Slot {next} is not after slot {Slot}, which is being sealed.", nameof(next));
        }

        if (!Vrf.Verify(Genesis.Producer, BeaconInput.AsSpan(), proof, out var beacon))
        {
            throw new ArgumentException($"The proof for slot {Slot} is not one of the producer {Genesis.Producer}.", nameof(proof));
        }

        return Seal(proof, [.. beacon], next);
    }

    /// <summary>Seals with a beacon that the caller has checked. Tests and simulations make their own: a proof costs a millisecond.</summary>
    internal Block Seal(VrfProof? proof, ImmutableArray<byte> beacon, Slot next)
    {
        var writeSetHash = HashWriteSet(WrittenAccounts);
        var parent = LatestBlock;
        var block = new Block
        {
            Slot = Slot,
            Height = parent.Height + 1,
            Hash = HashBlock(parent.Hash, Slot, parent.Height + 1, proof is null ? beacon.AsSpan() : proof.ToArray(), _open, writeSetHash),
            ParentSlot = parent.Slot,
            ParentHash = parent.Hash,
            Time = Sysvars.TimeOf(Genesis, Slot),
            Proof = proof,
            Beacon = beacon,
            WriteSetHash = writeSetHash,
            Transactions = [.. _open],
        };
        _beacons.Add(Slot, block.Beacon);
        if (_beacons.IsTrimDue)
        {
            TrimBeacons();
        }

        LatestBlock = block;
        SealLocalEntries();
        Remember(block, _openMessages);
        _written.Clear();
        _writtenInOrder = null;
        _open.Clear();
        _openMessages.Clear();
        _rounds.Clear();
        Slot = next;
        return block;
    }

    /// <summary>The accounts that the open slot has written so far, by key; ends with the slot.</summary>
    public IReadOnlyCollection<Pubkey> WrittenAccounts => _writtenInOrder ??= [.. _written.Order()];

    /// <summary>An account as it is now; null if there is none.</summary>
    public Account? GetAccount(Pubkey key) => _accounts.Find(key) is { } account ? Render(key, account) : null;

    /// <summary>Where a transaction landed; null if it did not in the last 512 blocks.</summary>
    public TransactionStatus? GetStatus(Signature transaction) => _statuses.GetValueOrDefault(transaction);

    /// <summary>Whether a transaction in the open slot may name this blockhash.</summary>
    public bool IsBlockhashRecent(Hash blockhash) =>
        _blockhashHeights.TryGetValue(blockhash, out var height) && BlockHeight + 1 <= height + MaxProcessingAge;

    /// <summary>The height of the last block that may hold a transaction with this blockhash; 0 if the hash is not known.</summary>
    public ulong LastValidBlockHeight(Hash blockhash) =>
        _blockhashHeights.TryGetValue(blockhash, out var height) ? height + MaxProcessingAge : 0;

    /// <summary>The accounts that a program owns, by key.</summary>
    public IEnumerable<(Pubkey Key, Account Account)> GetProgramAccounts(Pubkey program) =>
        _accounts.OwnedBy(program).Select(pair => (pair.Key, Render(pair.Key, pair.Account)));

    /// <summary>How many accounts a program owns.</summary>
    public int CountProgramAccounts(Pubkey program) => _accounts.CountOf(program);

    /// <summary>The accounts that a program owns and whose data begins with some bytes, by key. Costs what it finds.</summary>
    public IEnumerable<(Pubkey Key, Account Account)> GetProgramAccounts(Pubkey program, ReadOnlySpan<byte> start)
    {
        var found = new List<(Pubkey Key, Account Account)>();
        foreach (var (key, account) in _accounts.Beginning(program, start))
        {
            if (Render(key, account) is var rendered && rendered.Data.AsSpan().StartsWith(start))
            {
                found.Add((key, rendered));
            }
        }

        return found;
    }

    /// <summary>Adds up every balance and every task's books.</summary>
    /// <exception cref="UnreachableException">A lamport is missing or too many.</exception>
    public void VerifyConservation()
    {
        var recounted = _accounts.Recount();
        if (recounted != _accounts.Total || !IsConserved(recounted))
        {
            throw new UnreachableException(
                $"The accounts hold {recounted.Value}, the running total says {_accounts.Total.Value}, {FeesBurnt.Value} are burnt, and there were {_supply.Value}; local entries made {LocallyMinted.Value} and destroyed {LocallyDestroyed.Value}.");
        }

        foreach (var (key, account) in _accounts.OwnedBy(ProgramIds.Task).Concat(_accounts.OwnedBy(ProgramIds.TokenTask)))
        {
            if (account.Content is TaskState task)
            {
                task.VerifyBooks(key, _accounts.Find(task.StakePot) ?? StoredAccount.Unused);
            }
        }
    }

    [MemberNotNull(nameof(LatestBlock))]
    private void Begin(IReadOnlyCollection<IProgram> programs)
    {
        _accounts.Fill(GenesisState.AccountsOf(Genesis, programs));
        var genesisHash = Genesis.ComputeHash();
        var writeSetHash = HashWriteSet(_accounts.All().Select(pair => pair.Key).Order());
        ImmutableArray<byte> beacon = [.. SHA512.HashData(genesisHash.ToArray())];
        _beacons.Add(default, beacon);
        LatestBlock = new Block
        {
            Slot = default,
            Height = 0,
            Hash = HashBlock(genesisHash, default, 0, beacon.AsSpan(), [], writeSetHash),
            ParentSlot = default,
            ParentHash = genesisHash,
            Time = Genesis.CreatedAt,
            Proof = null,
            Beacon = beacon,
            WriteSetHash = writeSetHash,
            Transactions = [],
        };
        Remember(LatestBlock, []);
        Slot = new(1);
    }

    private static void Check(Genesis genesis)
    {
        if (genesis.Rules is not (LedgerRules.Pond1 or LedgerRules.Koii))
        {
            throw new ArgumentException(
                $"There are no rules '{genesis.Rules}'. Use {LedgerRules.Pond1} or {LedgerRules.Koii}: docs/protocol/consensus.md.", nameof(genesis));
        }

        if (genesis.TaskManagers.Length > ManagerList.MaxManagers || genesis.TaskManagers.Distinct().Count() != genesis.TaskManagers.Length)
        {
            throw new ArgumentException($"There are at most {ManagerList.MaxManagers} task managers, each named once.", nameof(genesis));
        }

        if (genesis.SlashSharePercent is < 0 or > 100 || genesis.AuditPayPercent is < 0 or > 100 || genesis.BeaconDelaySlots < 1)
        {
            throw new ArgumentException("The shares are percentages, and the beacon's delay is at least one slot.", nameof(genesis));
        }

        if (genesis.SlotsPerEpoch < EpochSchedule.MinSlotsPerEpoch)
        {
            throw new ArgumentException($"An epoch has at least {EpochSchedule.MinSlotsPerEpoch} slots.", nameof(genesis));
        }

        var poor = genesis.Balances.FirstOrDefault(pair => pair.Value < Rent.MinimumFor(0));
        if (genesis.Balances.Any(pair => pair.Value < Rent.MinimumFor(0)))
        {
            throw new ArgumentException(
                $"{poor.Key} starts with {poor.Value.Value} lamports; an account needs at least {Rent.MinimumFor(0).Value}.", nameof(genesis));
        }
    }

    private Account Render(Pubkey key, StoredAccount account) => new(
        account.Lamports,
        account.Owner,
        RenderContent(key, account.Content),
        account.IsExecutable);

    private void Remember(Block block, IReadOnlyCollection<Hash> messages)
    {
        _recentBlocks.Add(block.Slot, block.Hash);
        _blockhashHeights[block.Hash] = block.Height;
        _recent.Enqueue(new(block.Height, block.Hash, [.. messages], [.. block.Transactions.Select(result => result.Transaction.Id)]));
        if (_recent.Count > StatusBlocks)
        {
            // A transaction lives at most 150 blocks, or until its nonce is replaced, so after 512 no duplicate of it can come.
            var old = _recent.Dequeue();
            _blockhashHeights.Remove(old.Hash);
            _processed.ExceptWith(old.Messages);
            foreach (var id in old.Transactions)
            {
                _statuses.Remove(id);
            }
        }
    }

    private Hash HashWriteSet(IEnumerable<Pubkey> keys)
    {
        using var hash = new BlockHasher();
        foreach (var key in keys)
        {
            hash.Append(key.Bytes);
            if (_accounts.Find(key) is not { } account)
            {
                hash.Append((byte)0);
                continue;
            }

            hash.Append((byte)1);
            hash.Append(account.IsExecutable ? (byte)1 : (byte)0);
            hash.Append(account.Lamports.Value);
            hash.Append(account.Owner.Bytes);
            hash.Append(account.Content.Digest().Bytes);
        }

        return hash.Finish();
    }

    private static Hash HashBlock(
        Hash parent, Slot slot, ulong height, ReadOnlySpan<byte> proof, List<TransactionResult> results, Hash writeSetHash)
    {
        using var hash = new BlockHasher();
        hash.Append("pond block"u8);
        hash.Append(parent.Bytes);
        hash.Append(slot.Value);
        hash.Append(height);
        hash.Append(proof);
        hash.Append((ulong)results.Count);
        foreach (var result in results)
        {
            // The signature names the transaction, the error and the logs are what it did.
            hash.Append(result.Transaction.Id.R);
            hash.Append(result.Transaction.Id.S);
            hash.Append(result.Fee.Value);
            hash.Append(result.Error?.Message ?? string.Empty);
            hash.Append((ulong)result.Logs.Length);
            foreach (var line in result.Logs)
            {
                hash.Append(line);
            }
        }

        hash.Append(writeSetHash.Bytes);
        return hash.Finish();
    }

    private sealed record RecentBlock(
        ulong Height, Hash Hash, ImmutableArray<Hash> Messages, ImmutableArray<Signature> Transactions);
}
