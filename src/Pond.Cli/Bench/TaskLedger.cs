using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Cli.Bench;

/// <summary>
/// A ledger in memory with one task, or some, in each of which all nodes have staked. No transaction is signed: a bank checks no signatures.
/// </summary>
internal sealed class TaskLedger
{
    internal const ulong RoundTime = 100;
    internal const ulong SubmissionWindow = 20;
    internal const ulong AuditWindow = 20;
    internal const int AllowedFailed = 2;

    private const ulong SpaceBytes = 50_000_000;

    private static readonly Lamports Stake = Lamports.FromKoii(2);

    private readonly Pubkey _creator = KeyOf("creator");
    internal TaskLedger(int nodes, int tasks = 1)
    {
        Nodes = [.. Enumerable.Range(0, nodes).Select(index => KeyOf($"node {index.ToString(CultureInfo.InvariantCulture)}"))];
        Producer = Keypair.FromSeed(SHA256.HashData("producer"u8));
        Manager = KeyOf("manager");
        Bank = new Bank(new Genesis
        {
            ClusterName = "bench",
            Producer = Producer.PublicKey,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Balances = Nodes.Append(Manager).Append(Producer.PublicKey)
                .ToImmutableSortedDictionary(key => key, _ => Lamports.FromKoii(10 * (ulong)tasks))
                .Add(_creator, Lamports.FromKoii(10_000_000)),
            Rules = LedgerRules.Pond1,
            IsLocal = true,
            TaskManagers = [Manager],
        });
        var attempt = 0;
        var created = ImmutableArray.CreateBuilder<Pubkey>(tasks);
        for (var index = 0; index < tasks; index++)
        {
            var pot = ProgramAddress.FindStakePot(() => SHA256.HashData(BitConverter.GetBytes(attempt++)));
            var task = CreateTask($"task {index.ToString(CultureInfo.InvariantCulture)}", pot, SpaceBytes / (ulong)tasks);
            Run(Nodes.Select(node => Write(node, new TaskInstruction.Stake(Stake, "http://node").ToInstruction(task, node, pot))));
            created.Add(task);
        }

        Tasks = created.MoveToImmutable();
    }

    internal Bank Bank { get; }

    internal Keypair Producer { get; }

    internal Pubkey Manager { get; }

    internal Pubkey Task => Tasks[0];

    internal ImmutableArray<Pubkey> Tasks { get; }

    internal ImmutableArray<Pubkey> Nodes { get; }

    internal TaskWindows Windows => Bank.GetTask(Task)!.Windows;

    internal static Pubkey KeyOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    /// <summary>Creates an active task.</summary>
    internal Pubkey CreateTask(string name, Pubkey pot, ulong spaceBytes)
    {
        var task = KeyOf(name);
        var settings = new TaskInstruction.CreateTask
        {
            Name = name,
            Description = "Measures the ledger",
            Executable = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
            ExecutableNetwork = "IPFS",
            TotalBounty = Lamports.FromKoii(1000),
            BountyPerRound = Lamports.FromKoii(10),
            RoundTime = RoundTime,
            AuditWindow = AuditWindow,
            SubmissionWindow = SubmissionWindow,
            MinimumStake = Lamports.FromKoii(1),
            Metadata = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
            Variables = "class=A",
            AllowedFailedDistributions = AllowedFailed,
        };
        Run(
        [
            Write(
                _creator,
                new SystemInstruction.CreateAccount(Rent.MinimumFor(spaceBytes) + new Lamports(1000), spaceBytes, ProgramIds.Task).ToInstruction(_creator, task),
                settings.ToInstruction(_creator, task, pot)),
            Write(_creator, new TaskInstruction.SetActive(IsActive: true).ToInstruction(task, _creator)),
        ]);
        return task;
    }

    /// <summary>An account of the task program that holds no task, as each desktop node has one.</summary>
    internal Transaction CreateWallet(Pubkey key) => Write(
        _creator, new SystemInstruction.CreateAccount(Rent.MinimumFor(100), 100, ProgramIds.Task).ToInstruction(_creator, key));

    internal Transaction Submit(Pubkey node, Round round) => Submit(node, round, Task);

    internal Transaction Submit(Pubkey node, Round round, Pubkey task) =>
        Write(node, new TaskInstruction.SubmitTask($"bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiy{node.ToString()[..12]}", round).ToInstruction(task, node));

    internal Transaction Audit(Pubkey voter, Pubkey candidate, Round round) => Audit(voter, candidate, round, Task);

    internal Transaction Audit(Pubkey voter, Pubkey candidate, Round round, Pubkey task) =>
        Write(voter, new TaskInstruction.AuditSubmissions(Verdict.Valid, round).ToInstruction(task, voter, candidate));

    internal Transaction Write(Pubkey payer, params ImmutableArray<Instruction> instructions)
    {
        var message = Message.Compile(payer, Bank.LatestBlock.Hash, instructions);
        var id = new Signature(SHA512.HashData(message.Serialize()));
        return new Transaction([.. Enumerable.Repeat(id, message.SignerCount)], message);
    }

    /// <summary>Runs transactions that must succeed.</summary>
    internal void Run(IEnumerable<Transaction> transactions)
    {
        foreach (var transaction in transactions)
        {
            Require(Bank.Process(transaction));
        }
    }

    internal static void Require(TransactionResult result)
    {
        if (!result.IsSuccess)
        {
            throw new InvalidOperationException($"Slot {result.Slot}: {result.Error}\n{string.Join('\n', result.Logs)}");
        }
    }

    /// <summary>Opens a later slot; the one before it has a block.</summary>
    internal void GoTo(Slot slot)
    {
        if (Bank.Slot + 1 < slot)
        {
            Seal(new Slot(slot.Value - 1));
        }

        if (Bank.Slot < slot)
        {
            Seal(slot);
        }
    }

    private void Seal(Slot next) => _ = Bank.Seal(Producer.Prove(Bank.BeaconInput.AsSpan()), next);
}
