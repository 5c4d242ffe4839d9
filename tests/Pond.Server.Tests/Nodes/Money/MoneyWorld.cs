using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pond.Ledger;
using Pond.Ledger.Tasks;
using Pond.Node.Money;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;
using Pond.Server.Keys;
using Pond.Server.Nodes.Money;

namespace Pond.Server.Tests.Nodes.Money;

/// <summary>The ledger itself in memory, an operator's money on it, and a network in between that loses and delays. Nothing in it is random.</summary>
internal sealed class MoneyWorld : IMoneyLedger
{
    internal const ulong RoundTime = 40;

    internal static readonly Lamports InitialBalance = Lamports.FromKoii(100);
    internal static readonly Lamports MinimumStake = Lamports.FromKoii(5);

    internal static Keypair Faucet { get; } = Key("faucet");

    private readonly List<(Slot Due, Transaction Transaction)> _onTheWay = [];
    private readonly Dictionary<Signature, (Slot Slot, TransactionError? Error)> _landed = [];
    private readonly HashSet<Signature> _lostIds = [];
    private int _sends;

    internal MoneyWorld()
    {
        Bank = new Bank(new Genesis
        {
            ClusterName = "test",
            Producer = Key("producer").PublicKey,
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
            Balances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(Faucet.PublicKey, Lamports.FromKoii(1_000_000)).Add(Main.PublicKey, InitialBalance),
            Rules = LedgerRules.Pond1,
            IsLocal = true,
        });
        CreateTask(First);
    }

    internal static Keypair Main { get; } = Key("operator");

    internal static Keypair Friend { get; } = Key("friend");

    internal static OperatorKeys Keys { get; } = OperatorKeys.Of(Main);

    internal static Keypair First { get; } = Key("task");

    internal static Keypair Second { get; } = Key("second task");

    // Made once: thousands of worlds have the same.
    private static readonly Dictionary<Pubkey, (Keypair Staking, Pubkey Pot)> Known = new[] { First, Second }
        .ToDictionary(task => task.PublicKey, task => (Keys.OwnStakingKeyOf(TaskKind.Koii, task.PublicKey), FindPot(task)));

    internal Bank Bank { get; }

    internal CrashPoints Crashes { get; set; } = new(_ => false);

    /// <summary>How many slots a transaction is on its way; null for one that is lost. By the number of the send, from 0.</summary>
    internal Func<int, ulong?> Delivery { get; set; } = _ => 0;

    /// <summary>Whether the answer to a send is lost, so that the sender can't know that it arrived.</summary>
    internal bool LosesAnswers { get; set; }

    /// <summary>Whether all sends of the first transaction are lost.</summary>
    internal bool LosesFirst { get; set; }

    /// <summary>For how many slots the ledger knows what has landed.</summary>
    internal ulong HistorySlots { get; set; } = 10_000;

    /// <summary>The transactions of the operator that have landed, in order, with why they failed.</summary>
    internal List<(Signature Id, Lamports Fee, TransactionError? Error)> Landed { get; } = [];

    /// <summary>How often anything was sent.</summary>
    internal int Sends => _sends;

    internal static Keypair StakingKey(Keypair task) => Known[task.PublicKey].Staking;

    internal Lamports BalanceOf(Pubkey key) => Bank.GetAccount(key)?.Lamports ?? Lamports.Zero;

    internal Lamports StakeOn(Keypair task) => Bank.GetTask(task.PublicKey)!.Stakes.GetValueOrDefault(StakingKey(task).PublicKey);

    internal Lamports ClaimableOn(Keypair task) => Bank.GetTask(task.PublicKey)!.AvailableBalances.GetValueOrDefault(StakingKey(task).PublicKey);

    /// <summary>All that belongs to the operator, wherever it is, with what he has sent to his friend and paid in fees.</summary>
    internal Lamports Everything()
    {
        var sum = BalanceOf(Main.PublicKey) + BalanceOf(Friend.PublicKey);
        foreach (var task in new[] { First, Second })
        {
            sum += BalanceOf(StakingKey(task).PublicKey);
            if (Bank.GetTask(task.PublicKey) is not null)
            {
                sum += StakeOn(task) + ClaimableOn(task);
            }
        }

        return Landed.Aggregate(sum, (all, each) => all + each.Fee);
    }

    /// <summary>Delivers what is due and ends the slot.</summary>
    internal void Tick(ulong slots = 1)
    {
        for (var count = 0UL; count < slots; count++)
        {
            foreach (var each in _onTheWay.Where(each => each.Due <= Bank.Slot).ToList())
            {
                _onTheWay.Remove(each);
                Process(each.Transaction);
            }

            Seal();
        }
    }

    internal void GoTo(Slot slot)
    {
        while (Bank.Slot < slot)
        {
            Tick();
        }
    }

    /// <summary>Stakes as the operator without a keeper: how things were before it came.</summary>
    internal void HaveStake(Keypair task, Lamports amount)
    {
        var key = StakingKey(task);
        var info = Bank.GetTask(task.PublicKey)!;
        var stake = new TaskInstruction.Stake(amount, "").ToInstruction(info.Task, key.PublicKey, info.StakePot);
        Must(
            [
                Bank.GetAccount(key.PublicKey) is null
                    ? new SystemInstruction.CreateAccount(amount + Rent.MinimumFor(StakingAccounts.RentedBytes) + StakingAccounts.Margin, StakingAccounts.InitialBytes, ProgramIds.Task)
                        .ToInstruction(Faucet.PublicKey, key.PublicKey)
                    : new SystemInstruction.Transfer(amount).ToInstruction(Faucet.PublicKey, key.PublicKey),
                stake,
            ],
            key);
    }

    /// <summary>Makes an amount claimable, as a payout would.</summary>
    internal void HaveClaimable(Keypair task, Lamports amount)
    {
        HaveStake(task, amount);
        Must([new TaskInstruction.Withdraw().ToInstruction(task.PublicKey, StakingKey(task).PublicKey)], StakingKey(task));
    }

    /// <summary>Submits for the round before this one, which locks the stake.</summary>
    internal void Submit(Keypair task, Round round) =>
        Must([new TaskInstruction.SubmitTask("result", round).ToInstruction(task.PublicKey, StakingKey(task).PublicKey)], StakingKey(task));

    internal void Payout(Keypair task, Round round) => Must([new TaskInstruction.Payout(round).ToInstruction(task.PublicKey, StakingKey(task).PublicKey)]);

    /// <summary>Moves the first task to the second one.</summary>
    internal void Migrate()
    {
        Must(
            [
                new SystemInstruction.CreateAccount(Rent.MinimumFor(100_000), 100_000, ProgramIds.Task).ToInstruction(Faucet.PublicKey, Second.PublicKey),
                new TaskInstruction.UpdateTask(Settings()).ToInstruction(Faucet.PublicKey, First.PublicKey, PotOf(First), Second.PublicKey, PotOf(Second)),
                new TaskInstruction.SetActive(IsActive: true).ToInstruction(Second.PublicKey, Faucet.PublicKey),
            ],
            Second);
    }

    internal void Must(ImmutableArray<Instruction> instructions, params Keypair[] signers)
    {
        var result = Bank.Process(Transaction.Sign(Faucet, Bank.LatestBlock.Hash, instructions, signers));
        Assert.True(result.IsSuccess, $"{result.Error} {string.Join('\n', result.Logs)}");
        Seal();
    }

    public Task<MoneyFacts> ReadAsync(Saga saga, CancellationToken cancellationToken)
    {
        Crashes.Pass();
        var historyFrom = new Slot(Bank.Slot.Value - Math.Min(Bank.Slot.Value, HistorySlots));
        var step = saga.Step;
        var account = (step?.StakingKey ?? step?.To) is { } key ? Bank.GetAccount(key) : null;
        return Task.FromResult(new MoneyFacts
        {
            Slot = Bank.Slot,
            FinalizedHeight = Bank.BlockHeight,
            HistoryFrom = historyFrom,
            Status = saga.Attempt is { } attempt && _landed.TryGetValue(attempt.Id, out var landed) && landed.Slot >= historyFrom
                ? new(landed.Slot, landed.Slot < Bank.Slot, Bank.FeePerSignature * (ulong)attempt.Bytes[0], landed.Error is null ? null : ToRefusal(landed.Error))
                : null,
            Main = Main.PublicKey,
            Balance = BalanceOf(Main.PublicKey),
            Task = step?.Task is { } task ? Bank.GetTask(task) : null,
            Account = account is null ? null : new(account.Owner, account.Lamports),
            FeePerSignature = Bank.FeePerSignature,
            WalletRent = Rent.MinimumFor(0),
            StakingRent = Rent.MinimumFor(StakingAccounts.RentedBytes) + StakingAccounts.Margin,
            Reserve = new Lamports(10_000_000),
        });
    }

    public Task<(Hash Blockhash, ulong LastValidBlockHeight, Slot Slot)> GetBlockhashAsync(CancellationToken cancellationToken)
    {
        Crashes.Pass();
        var hash = Bank.LatestBlock.Hash;
        return Task.FromResult((hash, Bank.LastValidBlockHeight(hash), Bank.LatestBlock.Slot));
    }

    public Task<Refusal?> TryAsync(Message message, CancellationToken cancellationToken)
    {
        Crashes.Pass();
        var error = Bank.Simulate(new Transaction([.. Enumerable.Repeat(default(Signature), message.SignerCount)], message), replaceBlockhash: false).Error;
        return Task.FromResult(error is null ? null : ToRefusal(error));
    }

    public Task SendAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        Crashes.Pass();
        Assert.True(transaction.VerifySignatures());
        var delay = Delivery(_sends++);
        if (LosesFirst && (_lostIds.Count == 0 || _lostIds.Contains(transaction.Id)))
        {
            _lostIds.Add(transaction.Id);
            delay = null;
        }

        if (delay is { } slots)
        {
            _onTheWay.Add((Bank.Slot + slots, transaction));
        }

        Crashes.Pass();
        return LosesAnswers
            ? throw new PondException("ledger-unreachable", "The answer got lost.", "Ask again.", isTransient: true)
            : Task.CompletedTask;
    }

    private static Refusal ToRefusal(TransactionError error) => new(
        (TaskErrorCode?)error.Instruction?.Custom switch
        {
            TaskErrorCode.StakeInUse => RefusalKind.StakeInUse,
            TaskErrorCode.NotStaked or TaskErrorCode.NothingToClaim => RefusalKind.Outdated,
            _ => error.Kind is TransactionErrorKind.BlockhashNotFound ? RefusalKind.Outdated : RefusalKind.Final,
        },
        error.Message);

    private static TaskInstruction.CreateTask Settings() => new()
    {
        Name = "task",
        Description = "A task for tests",
        Executable = "bafybundle",
        ExecutableNetwork = "IPFS",
        TotalBounty = Lamports.FromKoii(1000),
        BountyPerRound = Lamports.FromKoii(10),
        RoundTime = RoundTime,
        AuditWindow = 10,
        SubmissionWindow = 8,
        MinimumStake = MinimumStake,
        Metadata = "bafymetadata",
        Variables = "class=A;fallback=none",
        AllowedFailedDistributions = 1,
    };

    private static Keypair Key(string name) => Keypair.FromSeed(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static Pubkey PotOf(Keypair task) => Known[task.PublicKey].Pot;

    private static Pubkey FindPot(Keypair task)
    {
        var attempt = 0;
        return ProgramAddress.FindStakePot(() => SHA256.HashData(Encoding.UTF8.GetBytes($"pot of {task.PublicKey} {attempt++}")));
    }

    private void CreateTask(Keypair task) => Must(
        [
            new SystemInstruction.CreateAccount(Rent.MinimumFor(100_000), 100_000, ProgramIds.Task).ToInstruction(Faucet.PublicKey, task.PublicKey),
            Settings().ToInstruction(Faucet.PublicKey, task.PublicKey, PotOf(task)),
            new SystemInstruction.Transfer(new Lamports(1_000_000)).ToInstruction(Faucet.PublicKey, PotOf(task)),
            new TaskInstruction.SetActive(IsActive: true).ToInstruction(task.PublicKey, Faucet.PublicKey),
        ],
        task);

    private void Process(Transaction transaction)
    {
        var result = Bank.Process(transaction);
        if (result.IsLanded)
        {
            _landed.Add(transaction.Id, (Bank.Slot, result.Error));
            Landed.Add((transaction.Id, result.Fee, result.Error));
        }
    }

    // Without proofs: the beacon is a hash of what would be proven.
    private void Seal()
    {
        var slot = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(slot, Bank.Slot.Value);
        Bank.Seal(null, [.. SHA512.HashData(slot)], Bank.Slot + 1);
    }
}
