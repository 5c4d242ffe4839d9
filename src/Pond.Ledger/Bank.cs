using System.Collections.Immutable;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

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

    /// <summary>What one signature costs. All of it is burnt.</summary>
    public static readonly Lamports FeePerSignature = new(5000);

    /// <summary>Starts a ledger with its first block sealed and slot 1 open.</summary>
    /// <exception cref="ArgumentException">The genesis contradicts itself, or asks for rules that are not built.</exception>
    public Bank(Genesis genesis) => throw new NotSupportedException(genesis.ClusterName);

    /// <summary>What the ledger began with.</summary>
    public Genesis Genesis { get; } = null!;

    /// <summary>The slot that is being filled.</summary>
    public Slot Slot { get; private set; }

    /// <summary>The number of the last sealed block.</summary>
    public ulong BlockHeight => LatestBlock.Height;

    /// <summary>The last sealed block.</summary>
    public Block LatestBlock { get; private set; } = null!;

    /// <summary>What the producer must prove to seal the open slot: the previous beacon, then the slot as 8 little-endian bytes.</summary>
    public ImmutableArray<byte> BeaconInput => [.. LatestBlock.Beacon, .. BitConverter.GetBytes(Slot.Value)];

    /// <summary>The sum of all balances. With <see cref="FeesBurnt"/> it never changes.</summary>
    public Lamports TotalLamports { get; }

    /// <summary>All fees so far.</summary>
    public Lamports FeesBurnt { get; private set; }

    /// <summary>Ends the open slot with a block and opens a later one; the slots between them stay empty.</summary>
    /// <param name="proof">The producer's proof for <see cref="BeaconInput"/>.</param>
    /// <param name="next">The slot to open; later than <see cref="Slot"/>.</param>
    /// <exception cref="ArgumentException">The proof does not hold, or <paramref name="next"/> is not later.</exception>
    public Block Seal(VrfProof proof, Slot next) => throw new NotSupportedException();

    /// <summary>Runs a transaction in the open slot.</summary>
    /// <param name="transaction">
    /// The transaction. The caller has checked its signatures (<see cref="Transaction.VerifySignatures"/>): that is the expensive
    /// part, and shells do it in parallel before they come here.
    /// </param>
    public TransactionResult Process(Transaction transaction) => throw new NotSupportedException();

    /// <summary>Says what a transaction would do in the open slot. Signatures are not looked at.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="replaceBlockhash">Whether the latest blockhash stands in for the transaction's own.</param>
    public SimulationResult Simulate(Transaction transaction, bool replaceBlockhash) => throw new NotSupportedException();

    /// <summary>An account as it is now; null if there is none.</summary>
    public Account? GetAccount(Pubkey key) => throw new NotSupportedException();

    /// <summary>Where a transaction landed; null if it did not in the last 300 blocks.</summary>
    public TransactionStatus? GetStatus(Signature transaction) => throw new NotSupportedException();

    /// <summary>Whether a transaction in the open slot may name this blockhash.</summary>
    public bool IsBlockhashRecent(Hash blockhash) => throw new NotSupportedException();

    /// <summary>The height of the last block that may hold a transaction with this blockhash; 0 if the hash is not known.</summary>
    public ulong LastValidBlockHeight(Hash blockhash) => throw new NotSupportedException();

    /// <summary>The accounts that a program owns, by key.</summary>
    public IEnumerable<(Pubkey Key, Account Account)> GetProgramAccounts(Pubkey program) => throw new NotSupportedException();

    /// <summary>A task; null if there is none at that address.</summary>
    public TaskInfo? GetTask(Pubkey task) => throw new NotSupportedException();

    /// <summary>All tasks, by key.</summary>
    public IEnumerable<Pubkey> Tasks => throw new NotSupportedException();

    /// <summary>A round of a task; null if there is no such task, the round is in the future, or it has been pruned.</summary>
    public TaskRoundInfo? GetTaskRound(Pubkey task, Round round) => throw new NotSupportedException();

    /// <summary>The JSON text of an uploaded distribution list; null if there is none, or parts of it are missing.</summary>
    public string? GetDistributionList(Pubkey task, Round round, Pubkey author) => throw new NotSupportedException();

    /// <summary>The JSON image of a task, as the task's account holds it; null if there is no task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="parts">Which maps are wanted; with <see cref="TaskImageParts.All"/> it is the account's data.</param>
    public ImmutableArray<byte>? GetTaskImage(Pubkey task, TaskImageParts parts) => throw new NotSupportedException();

    /// <summary>
    /// The JSON answer of <c>getTaskSubmissionInfo</c>: submissions and audit triggers. Null if there is no task, or nothing in the round.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="round">The round; null for all rounds.</param>
    public ImmutableArray<byte>? GetSubmissionImage(Pubkey task, Round? round) => throw new NotSupportedException();

    /// <summary>
    /// The JSON answer of <c>getTaskDistributionInfo</c>: lists, their audits and the record. Null if there is no task, or nothing in the
    /// round.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="round">The round; null for all rounds.</param>
    public ImmutableArray<byte>? GetDistributionImage(Pubkey task, Round? round) => throw new NotSupportedException();

    /// <summary>Adds up every balance and every task's books.</summary>
    /// <exception cref="System.Diagnostics.UnreachableException">A lamport is missing or too many.</exception>
    public void VerifyConservation() => throw new NotSupportedException();
}
