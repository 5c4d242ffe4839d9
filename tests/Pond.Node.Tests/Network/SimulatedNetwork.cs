using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pond.Ledger;
using Pond.Ledger.Tasks;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Node.Tests.Network;

/// <summary>Node cores around the real ledger core, slot by slot, in one thread: the seed repeats every step.</summary>
internal sealed class SimulatedNetwork
{
    internal const ulong RoundTime = 40;
    internal const ulong SubmissionWindow = 12;
    internal const ulong AuditWindow = 12;

    internal static readonly Lamports Stake = Lamports.FromKoii(10);
    internal static readonly Lamports BountyPerRound = Lamports.FromKoii(10);

    private static readonly Keypair Producer = KeyOf("producer");
    private static readonly Keypair Faucet = KeyOf("faucet");
    private static readonly Keypair TaskKey = KeyOf("task");

    private readonly DeterministicRandom _random;
    private readonly PriorityQueue<(SimulatedNode? Node, int Life, Action Happen), (ulong Slot, long Order)> _events = new();
    private readonly Bank _bank = new(new Genesis
    {
        ClusterName = "test",
        Producer = Producer.PublicKey,
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
        Balances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(Faucet.PublicKey, Lamports.FromKoii(1_000_000)),
        Rules = LedgerRules.Pond1,
        IsLocal = true,
    });

    private readonly Pubkey _pot;
    private long _lastEvent;

    internal SimulatedNetwork(ulong seed, Faults faults, params IReadOnlyList<Conduct> conducts)
    {
        _random = DeterministicRandom.ForStream(seed, "network");
        Faults = faults;
        var attempt = 0;
        _pot = ProgramAddress.FindStakePot(() => SHA256.HashData(Encoding.UTF8.GetBytes($"pot {attempt++}")));
        CreateTask();
        Nodes = [.. conducts.Select((conduct, index) => new SimulatedNode(KeyOf($"{seed}/{index}"), conduct))];
        foreach (var node in Nodes)
        {
            Must(
                [
                    new SystemInstruction.CreateAccount(Stake + Rent.MinimumFor(1000), 100, ProgramIds.Task)
                        .ToInstruction(Faucet.PublicKey, node.Name),
                    new TaskInstruction.Stake(Stake, "http://127.0.0.1").ToInstruction(TaskKey.PublicKey, node.Name, _pot),
                ],
                node.Key);
        }

        StakeTotal = Task.TotalStake;
    }

    internal ImmutableArray<SimulatedNode> Nodes { get; }

    internal Faults Faults { get; set; }

    internal Lamports StakeTotal { get; }

    internal Bank Bank => _bank;

    internal TaskInfo Task => _bank.GetTask(TaskKey.PublicKey)!;

    /// <summary>What landed and was refused, by code: in a network without faults nearly nothing.</summary>
    internal SortedDictionary<TaskErrorCode, int> Refusals { get; } = [];

    /// <summary>Each settled round.</summary>
    internal SortedDictionary<Round, TaskRoundInfo> Settled { get; } = [];

    /// <summary>One hash of everything that happened.</summary>
    internal Hash Trace => _bank.LatestBlock.Hash;

    internal TaskRoundInfo Read(Round round) => _bank.GetTaskRound(TaskKey.PublicKey, round)!;

    /// <summary>Runs until the first slot of a round.</summary>
    internal void RunTo(ulong round)
    {
        var end = Task.StartOf(new Round(round));
        while (_bank.Slot < end)
        {
            Step();
            if (_bank.Slot == Task.StartOf(Task.RoundAt(_bank.Slot)))
            {
                Remember();
            }
        }
    }

    private void Step()
    {
        var slot = _bank.Slot;
        while (_events.TryPeek(out _, out var due) && due.Slot <= slot.Value)
        {
            var (node, life, happen) = _events.Dequeue();
            if (node is null || node.Life == life)
            {
                happen();
            }
        }

        var order = Nodes.ToArray();
        _random.Shuffle<SimulatedNode>(order);
        foreach (var node in order)
        {
            if (node.Conduct is Conduct.Absent || slot < node.DownUntil)
            {
                continue;
            }

            if (_random.Chance(Faults.Kills, 1000))
            {
                node.Kill(slot + (1 + _random.NextBelow(4UL)));
            }
            else if (!_random.Chance(Faults.LostLooks, 1000))
            {
                Look(node, slot);
            }
        }

        _bank.Seal(Producer.Prove(_bank.BeaconInput.AsSpan()), slot + 1);
    }

    // At the start of each round, well before the ledger drops the rounds that are over.
    private void Remember()
    {
        var current = Task.RoundAt(_bank.Slot);
        for (var round = new Round(current.Value - Math.Min(current.Value, 6)); round < current; round += 1)
        {
            if (!Settled.ContainsKey(round) && _bank.GetTaskRound(TaskKey.PublicKey, round) is { IsSettled: true } settled)
            {
                Settled.Add(round, settled);
            }
        }
    }

    private void Look(SimulatedNode node, Slot slot)
    {
        CarryOut(node, node.Tell(new NodeInput.SlotObserved(slot)));
        CarryOut(node, node.Tell(new NodeInput.TaskObserved(Task)));
        foreach (var round in node.Core.RoundsOfInterest)
        {
            if (_bank.GetTaskRoundOf(TaskKey.PublicKey, round, node.Name) is { } info)
            {
                // Its share of a round must tell a node what the whole round would.
                var whole = _bank.GetTaskRound(TaskKey.PublicKey, round)!;
                Assert.Equal(
                    AuditDuties.OfSubmissions(whole, node.Name, slot).AsEnumerable(), AuditDuties.OfSubmissions(info, node.Name, slot).AsEnumerable());
                Assert.Equal(AuditDuties.OfLists(whole, node.Name).AsEnumerable(), AuditDuties.OfLists(info, node.Name).AsEnumerable());
                CarryOut(node, node.Tell(new NodeInput.RoundObserved(info)));
            }
        }
    }

    private void CarryOut(SimulatedNode node, List<NodeOutput> outputs)
    {
        foreach (var output in outputs)
        {
            switch (output)
            {
                case NodeOutput.CallTask call:
                    Later(node, 1, 4, () =>
                    {
                        foreach (var input in node.Answer(
                            call, Task, Read, author => _bank.GetDistributionList(TaskKey.PublicKey, call.Round, author)!))
                        {
                            CarryOut(node, node.Tell(input));
                        }
                    });
                    break;
                case NodeOutput.Send(var id, var action):
                    Send(node, id, action);
                    break;
                default:
                    break;
            }
        }
    }

    private void Send(SimulatedNode node, long id, NodeAction action)
    {
        if (node.Conduct is Conduct.Lazy && action is NodeAction.Payout)
        {
            Later(node, 1, 2, () => CarryOut(node, node.Tell(new NodeInput.ActionFailed(id, "too lazy", IsFinal: false))));
        }
        else if (_random.Chance(Faults.LostRequests, 1000))
        {
            Later(node, 3, 6, () => CarryOut(node, node.Tell(new NodeInput.ActionUnknown(id))));
        }
        else
        {
            var isAnswerLost = _random.Chance(Faults.LostAnswers, 1000);
            // What is on its way arrives, whatever becomes of its sender.
            var life = node.Life;
            _events.Enqueue(
                (null, 0, () => Arrive(node, life, id, action, isAnswerLost)),
                (_bank.Slot.Value + 1 + _random.NextBelow(2UL), _lastEvent++));
        }
    }

    private void Arrive(SimulatedNode node, int life, long id, NodeAction action, bool isAnswerLost)
    {
        var result = Process(node, action);
        NodeInput answer = isAnswerLost ? new NodeInput.ActionUnknown(id)
            : result.IsSuccess ? new NodeInput.ActionConfirmed(id, result.Slot, result.Transaction.Id)
            : new NodeInput.ActionFailed(
                id, $"{result.Error}", CodeOf(result) is not (TaskErrorCode.WindowNotOpen or TaskErrorCode.AuditNotOpen));
        if (node.Life == life)
        {
            Later(node, isAnswerLost ? 3 : 1, isAnswerLost ? 6 : 2, () => CarryOut(node, node.Tell(answer)));
        }
    }

    private TransactionResult Process(SimulatedNode node, NodeAction action)
    {
        var task = TaskKey.PublicKey;
        IEnumerable<Instruction> instructions = action switch
        {
            NodeAction.SubmitTask(var round, var value) => [new TaskInstruction.SubmitTask(value, round).ToInstruction(task, node.Name)],
            NodeAction.AuditSubmission(var round, var candidate, var verdict) =>
                [new TaskInstruction.AuditSubmissions(verdict, round).ToInstruction(task, node.Name, candidate)],
            NodeAction.UploadAndSubmitList(var round, var json) =>
            [
                .. TaskInstruction.UploadDistributionList.Split(Encoding.UTF8.GetBytes(json), round)
                    .Select(part => part.ToInstruction(task, node.Name)),
                new TaskInstruction.SubmitDistributionList(round).ToInstruction(task, node.Name),
            ],
            NodeAction.AuditList(var round, var author, var verdict) =>
                [new TaskInstruction.AuditDistribution(verdict, round).ToInstruction(task, node.Name, author)],
            NodeAction.Payout(var round, var author) => [new TaskInstruction.Payout(round).ToInstruction(task, author ?? node.Name)],
            NodeAction.Claim => [new TaskInstruction.ClaimReward().ToInstruction(task, node.Name, _pot, node.Name)],
            _ => throw new ArgumentOutOfRangeException(nameof(action)),
        };
        var result = Run(instructions, node.Key);
        if (CodeOf(result) is { } code)
        {
            Refusals[code] = Refusals.GetValueOrDefault(code) + 1;
        }

        return result;
    }

    private TransactionResult Run(IEnumerable<Instruction> instructions, params Keypair[] signers)
    {
        // A memo makes each transaction different, as a new blockhash would.
        var memo = new Instruction(ProgramIds.MemoV1, [], [.. Encoding.UTF8.GetBytes($"{_lastEvent++}")]);
        return _bank.Process(Transaction.Sign(Faucet, _bank.LatestBlock.Hash, [.. instructions, memo], signers));
    }

    private void Must(IEnumerable<Instruction> instructions, params Keypair[] signers)
    {
        var result = Run(instructions, signers);
        Assert.True(result.IsSuccess, $"{result.Error}\n{string.Join('\n', result.Logs)}");
    }

    private void CreateTask() => Must(
        [
            new SystemInstruction.CreateAccount(Rent.MinimumFor(1_000_000), 1_000_000, ProgramIds.Task)
                .ToInstruction(Faucet.PublicKey, TaskKey.PublicKey),
            new TaskInstruction.CreateTask
            {
                Name = "model",
                Description = "A task for tests",
                Executable = "bafybundle",
                ExecutableNetwork = "IPFS",
                TotalBounty = Lamports.FromKoii(1000),
                BountyPerRound = BountyPerRound,
                RoundTime = RoundTime,
                AuditWindow = AuditWindow,
                SubmissionWindow = SubmissionWindow,
                MinimumStake = Stake,
                Metadata = "bafymetadata",
                Variables = "class=A",
                AllowedFailedDistributions = 3,
            }.ToInstruction(Faucet.PublicKey, TaskKey.PublicKey, _pot),
            new SystemInstruction.Transfer(new Lamports(1_000_000)).ToInstruction(Faucet.PublicKey, _pot),
            new TaskInstruction.SetActive(IsActive: true).ToInstruction(TaskKey.PublicKey, Faucet.PublicKey),
        ],
        TaskKey);

    /// <summary>Something that reaches a node some slots from now, if it is still the same life of it.</summary>
    private void Later(SimulatedNode node, int fromSlots, int toSlots, Action happen) =>
        _events.Enqueue(
            (node, node.Life, happen),
            (_bank.Slot.Value + (ulong)(fromSlots + _random.NextBelow(toSlots - fromSlots + 1)), _lastEvent++));

    private static TaskErrorCode? CodeOf(TransactionResult result) =>
        result.Error?.Instruction?.Custom is { } code ? (TaskErrorCode)code : null;

    private static Keypair KeyOf(string name) => Keypair.FromSeed(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
