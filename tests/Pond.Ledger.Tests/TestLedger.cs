using System.Collections.Immutable;
using System.Globalization;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests;

/// <summary>A ledger with a task and staked nodes, driven slot by slot. Everything in it follows from constants.</summary>
internal sealed partial class TestLedger
{
    internal static readonly Lamports Bounty = Lamports.FromKoii(100);
    internal static readonly Lamports BountyPerRound = Lamports.FromKoii(10);
    internal static readonly Lamports MinimumStake = Lamports.FromKoii(5);

    internal const ulong RoundTime = 40;
    internal const ulong SubmissionWindow = 8;
    internal const ulong AuditWindow = 10;
    internal const ulong AllowedFailed = 2;
    internal const ulong SpaceBytes = 100_000;

    internal static readonly Keypair Producer = Key("producer");
    internal static readonly Keypair Faucet = Key("faucet");
    internal static readonly Keypair Creator = Key("creator");
    internal static readonly Keypair Manager = Key("manager");
    internal static readonly Keypair TaskKey = Key("task");
    internal static readonly Pubkey Pot = FindPot("pot");

    private readonly bool _isFast;
    private readonly ulong _spaceBytes;
    private readonly Dictionary<Pubkey, Keypair> _nodesByKey = [];
    private ulong _nonce;

    /// <summary>Starts a ledger.</summary>
    /// <param name="isFast">
    /// Without proofs and signatures: the beacon is a hash of what would be proven. The bank checks no signatures anyway.
    /// </param>
    /// <param name="rules">The genesis' rules.</param>
    /// <param name="spaceBytes">The size of the task's account.</param>
    internal TestLedger(bool isFast = false, LedgerRules rules = LedgerRules.Pond1, ulong spaceBytes = SpaceBytes)
    {
        _isFast = isFast;
        _spaceBytes = spaceBytes;
        Bank = new Bank(NewGenesis() with { Rules = rules });
    }

    internal Bank Bank { get; private set; }

    internal static Pubkey Task => TaskKey.PublicKey;

    internal ImmutableArray<Keypair> Nodes { get; private set; } = [];

    internal TaskInfo Info => Bank.GetTask(Task)!;

    internal TaskWindows Windows => Info.Windows;

    internal static Genesis NewGenesis() => new()
    {
        ClusterName = "test",
        Producer = Producer.PublicKey,
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
        Balances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty
            .Add(Producer.PublicKey, Lamports.FromKoii(1))
            .Add(Faucet.PublicKey, Lamports.FromKoii(1_000_000))
            .Add(Creator.PublicKey, Lamports.FromKoii(1_000))
            .Add(Manager.PublicKey, Lamports.FromKoii(10)),
        Rules = LedgerRules.Pond1,
        IsLocal = true,
        TaskManagers = [Manager.PublicKey],
    };

    /// <summary>A ledger with an active task of class A in which so many nodes have staked; the first round with them is 1.</summary>
    internal static TestLedger WithNodes(
        int count,
        string variables = "class=A;fallback=equal",
        ulong allowedFailed = AllowedFailed,
        bool isFast = false,
        LedgerRules rules = LedgerRules.Pond1,
        ulong spaceBytes = SpaceBytes,
        TaskKind kind = TaskKind.Koii)
    {
        var ledger = new TestLedger(isFast, rules, spaceBytes) { Kind = kind };
        ledger.CreateTask(variables, allowedFailed);
        ledger.Nodes = [.. Enumerable.Range(0, count).Select(index => Key($"node {index}"))];
        foreach (var node in ledger.Nodes)
        {
            ledger._nodesByKey.Add(node.PublicKey, node);
            ledger.CreateStakingWallet(node, MinimumStake);
            ledger.MustSend(ledger.StakeCall(node, MinimumStake), node);
        }

        return ledger;
    }

    /// <summary>The same ledger going on with another bank.</summary>
    internal TestLedger With(Bank bank)
    {
        Bank = bank;
        return this;
    }

    /// <summary>A name's key. Kept: thousands of ledgers have the same few nodes.</summary>
    internal static Keypair Key(string name) => KnownKeys.ByName.GetOrAdd(
        name, static text => Keypair.FromSeed(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))));

    internal static Pubkey FindPot(string name)
    {
        var attempt = 0;
        return ProgramAddress.FindStakePot(() => System.Security.Cryptography.SHA256.HashData(
            System.Text.Encoding.UTF8.GetBytes(name + (++attempt).ToString(CultureInfo.InvariantCulture))));
    }

    internal static TaskInstruction.CreateTask Settings(string variables = "class=A;fallback=equal", ulong allowedFailed = AllowedFailed) => new()
    {
        Name = "index",
        Description = "Indexes documents",
        Executable = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
        ExecutableNetwork = "IPFS",
        TotalBounty = Bounty,
        BountyPerRound = BountyPerRound,
        RoundTime = RoundTime,
        AuditWindow = AuditWindow,
        SubmissionWindow = SubmissionWindow,
        MinimumStake = MinimumStake,
        Metadata = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        Variables = variables,
        AllowedFailedDistributions = allowedFailed,
    };

    internal void CreateTask(string variables = "class=A;fallback=equal", ulong allowedFailed = AllowedFailed, bool isActive = true)
    {
        if (Kind is TaskKind.Token)
        {
            CreateMint();
        }

        MustSend(
            [
                new SystemInstruction.CreateAccount(Rent.MinimumFor(_spaceBytes) + new Lamports(1000), _spaceBytes, Program)
                    .ToInstruction(Creator.PublicKey, Task),
                .. CreateCalls(Settings(variables, allowedFailed)),
            ],
            Creator,
            TaskKey);
        if (isActive)
        {
            MustSend([SetActiveCall(isActive: true, Task)], Creator);
        }
    }

    /// <summary>As the desktop node makes it: owned by the task program, with the stake and some rent.</summary>
    internal void CreateStakingWallet(Keypair node, Lamports stake)
    {
        var lamports = Rent.MinimumFor(1000) + new Lamports(10_000) + (Kind is TaskKind.Koii ? stake : Lamports.Zero);
        MustSend([new SystemInstruction.CreateAccount(lamports, 100, Program).ToInstruction(Faucet.PublicKey, node.PublicKey)], node);
        if (Kind is TaskKind.Token)
        {
            GiveTokens(node.PublicKey, stake);
        }
    }

    /// <summary>Sends a transaction that the faucet pays for, which is never the same twice.</summary>
    internal TransactionResult Send(IEnumerable<Instruction> instructions, params Keypair[] signers)
    {
        var nonce = new Instruction(ProgramIds.MemoV1, [], [.. System.Text.Encoding.UTF8.GetBytes($"{_nonce++}")]);
        return Bank.Process(_isFast
            ? Unsigned([.. instructions, nonce])
            : Transaction.Sign(Faucet, Bank.LatestBlock.Hash, [.. instructions, nonce], signers));
    }

    private Transaction Unsigned(ImmutableArray<Instruction> instructions)
    {
        var message = Message.Compile(Faucet.PublicKey, Bank.LatestBlock.Hash, instructions);
        // The id must differ from transaction to transaction, as a signature does; a bank does not look at what it says.
        Span<byte> bytes = stackalloc byte[Signature.SizeBytes];
        bytes.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, _nonce);
        var id = new Signature(bytes);
        return new Transaction([.. Enumerable.Repeat(id, message.SignerCount)], message);
    }

    internal TransactionResult MustSend(IEnumerable<Instruction> instructions, params Keypair[] signers)
    {
        var result = Send(instructions, signers);
        Assert.True(result.IsSuccess, $"slot {Bank.Slot}: {result.Error}\n{string.Join('\n', result.Logs)}");
        return result;
    }

    internal void Seal(Slot? next = null) => _ = _isFast
        ? Bank.Seal(proof: null, [.. System.Security.Cryptography.SHA512.HashData(Bank.BeaconInput.AsSpan())], next ?? Bank.Slot + 1)
        : Bank.Seal(Producer.Prove(Bank.BeaconInput.AsSpan()), next ?? Bank.Slot + 1);

    /// <summary>Opens a later slot. The slot before it has a block, those between have none: slots pass without blocks.</summary>
    internal void GoTo(Slot slot)
    {
        Assert.True(Bank.Slot <= slot, $"Slot {slot} is over; this is {Bank.Slot}.");
        if (Bank.Slot + 1 < slot)
        {
            Seal(new Slot(slot.Value - 1));
        }

        if (Bank.Slot < slot)
        {
            Seal();
        }
    }

    internal TransactionResult Submit(Keypair node, Round round, string value) =>
        Send([Same(new TaskInstruction.SubmitTask(value, round), new TaskInstruction.SubmitTask(value, round).ToInstruction(Task, node.PublicKey))], node);

    internal TransactionResult Audit(Keypair voter, Keypair candidate, Round round, Verdict verdict) =>
        Send([Same(new TaskInstruction.AuditSubmissions(verdict, round), new TaskInstruction.AuditSubmissions(verdict, round).ToInstruction(Task, voter.PublicKey, candidate.PublicKey))], voter);

    internal TransactionResult AuditList(Keypair voter, Pubkey author, Round round, Verdict verdict) =>
        Send([Same(new TaskInstruction.AuditDistribution(verdict, round), new TaskInstruction.AuditDistribution(verdict, round).ToInstruction(Task, voter.PublicKey, author))], voter);

    internal TransactionResult Payout(Round round) =>
        Send([Same(new TaskInstruction.Payout(round), new TaskInstruction.Payout(round).ToInstruction(Task, Nodes[0].PublicKey))]);

    internal TransactionResult Withdraw(Keypair node) =>
        Send([Same(new TaskInstruction.Withdraw(), new TaskInstruction.Withdraw().ToInstruction(Task, node.PublicKey))], node);

    internal TransactionResult Claim(Keypair node, Pubkey beneficiary) =>
        Send([ClaimCall(Task, TaskPot, node.PublicKey, beneficiary)], node);

    /// <summary>Uploads a list and hands it in.</summary>
    internal TransactionResult SubmitList(Keypair author, Round round, string list)
    {
        foreach (var part in TaskInstruction.UploadDistributionList.Split(System.Text.Encoding.UTF8.GetBytes(list), round))
        {
            MustSend([Same(part, part.ToInstruction(Task, author.PublicKey))], author);
        }

        return Send([Same(new TaskInstruction.SubmitDistributionList(round), new TaskInstruction.SubmitDistributionList(round).ToInstruction(Task, author.PublicKey))], author);
    }

    internal TaskRoundInfo Round(Round round) => Bank.GetTaskRound(Task, round)!;

    internal Keypair NodeOf(Pubkey key) => _nodesByKey[key];

    /// <summary>All nodes submit for a round in the first slot of its window.</summary>
    internal void SubmitAll(Round round, Func<Keypair, string>? value = null)
    {
        GoTo(Windows.SubmissionsFrom(round));
        foreach (var node in Nodes)
        {
            var result = Submit(node, round, value?.Invoke(node) ?? $"cid-of-{node.PublicKey}");
            Assert.True(result.IsSuccess, string.Join('\n', result.Logs));
        }
    }

    /// <summary>Opens the first slot in which verdicts are taken.</summary>
    internal void GoToAudit(Round round) => GoTo(Windows.AuditBeaconAfter(round) + 2);

    /// <summary>Every node gives its verdict on every candidate that it is assigned to.</summary>
    internal void AuditAll(Round round, Func<Keypair, Pubkey, Verdict?> verdictOf)
    {
        foreach (var (candidate, auditors) in Round(round).Auditors)
        {
            foreach (var auditor in auditors.Select(NodeOf))
            {
                if (verdictOf(auditor, candidate) is { } verdict)
                {
                    var result = Audit(auditor, NodeOf(candidate), round, verdict);
                    Assert.True(result.IsSuccess, string.Join('\n', result.Logs));
                }
            }
        }
    }

    /// <summary>The list that an honest leader writes: equal parts of the budget for the accepted.</summary>
    internal string HonestList(Round round)
    {
        var info = Round(round);
        var paid = info.Outcomes.Where(pair => pair.Value is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited).ToList();
        var part = paid.Count == 0 ? 0 : (BountyPerRound - Info.AuditPayPerRound).SplitEqually(paid.Count).Part.Value;
        return $"{{{string.Join(',', paid.Select(pair => $"\"{pair.Key}\":{part}"))}}}";
    }

    // A class of its own, because the other fields of this one are made from it.
    private static class KnownKeys
    {
        internal static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Keypair> ByName = new(StringComparer.Ordinal);
    }
}
