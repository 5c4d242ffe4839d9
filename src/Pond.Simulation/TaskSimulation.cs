using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Simulation.Ledger;
using Pond.Simulation.Nodes;

namespace Pond.Simulation;

/// <summary>
/// A whole network in one thread: the ledger, the nodes and the task as they run anywhere, on virtual time, a virtual network and a virtual
/// disk. The same options and seed give the same trace on every machine.
/// </summary>
public sealed class TaskSimulation
{
    /// <summary>How many further attempts a round has after a failed payout.</summary>
    private const ulong AllowedFailed = 2;

    private const ulong SpaceBytes = 50_000_000;

    // What an account of the task program keeps for its rent, as a node gives its own.
    private const ulong RentedBytes = 1_000;

    private const ulong InitialBytes = 100;

    private readonly SimulationOptions _options;
    private readonly SimulationWorld _world;
    private readonly DeterministicRandom _partitions;

    private TaskSimulation(Type task, SimulationOptions options, SimulationWorld world)
    {
        _options = options;
        _world = world;
        _partitions = DeterministicRandom.ForStream(options.SeedValue, "partitions");
        _world.Content = new ContentNetwork(_world);
        _world.Nodes = [.. options.PlanNodes(task).Select((plan, number) => new SimulatedNode(_world, number, plan))];
        foreach (var node in _world.Nodes)
        {
            _world.ByKey.Add(node.Key, node);
        }

        _world.LastRound = new((ulong)options.RoundCount);
        _world.LastFollowed = new((ulong)options.RoundCount + 3 + AllowedFailed);
        var metadata = options.WriteMetadata is { } write
            ? _world.Content.AddForAll(write(path => _world.Content.AddForAll(path).ToString())).ToString()
            : "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
        var producer = _world.Signing.KeyOf("producer");
        _world.Ledger = new SimulatedLedger(_world, GenesisOf(producer, metadata), producer);
        _world.Task = _world.Ledger.ReadTask();
    }

    /// <summary>Simulates a task.</summary>
    /// <typeparam name="TTask">The task; with a constructor without arguments, or one that asks for <see cref="ITaskContext"/>.</typeparam>
    /// <param name="options">What is simulated.</param>
    /// <exception cref="PondException"><c>too-few-nodes</c>, or the options contradict each other otherwise.</exception>
    public static SimulationResult Run<TTask>(SimulationOptions options)
        where TTask : PondTask => Run(typeof(TTask), options);

    /// <inheritdoc cref="Run{TTask}(SimulationOptions)"/>
    /// <param name="task">The task's type.</param>
    /// <param name="options">What is simulated.</param>
    public static SimulationResult Run(Type task, SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(options);
        var began = TimeProvider.System.GetTimestamp();
        using var world = new SimulationWorld(options);
        return new TaskSimulation(task, options, world).Run(began);
    }

    private SimulationResult Run(long began)
    {
        Prepare();
        var last = _world.LastRound;
        var end = _world.StartOf(_world.Task.StartOf(_world.LastFollowed + 1));
        ScheduleRound(new(1));
        try
        {
            while (!IsOver(last) && _world.Step(end))
            {
                // All that is to be done is done by the step.
            }
        }
        catch (UnreachableException exception)
        {
            _world.Checks.Report("invariant", exception.Message);
        }

        _world.Ledger.Touch();
        _world.Checks.AtEnd(_world.Task.RoundAt(_world.SlotNow));
        return new SimulationResult
        {
            Seed = _options.SeedValue,
            Nodes = _options.NodeCount,
            Scenario = _options.ScenarioValue.ToString(),
            TraceLines = _world.TraceLines,
            TraceHash = _world.FinishTrace(),
            Rounds = _world.Checks.Rounds,
            Violations = _world.Checks.Violations,
            Errors = _world.Errors.ToArray(),
            PhaseTimes = _world.PhaseTimes.ToArray(),
            VirtualTime = _world.Clock.Now,
            Elapsed = TimeProvider.System.GetElapsedTime(began),
            Events = _world.Clock.Happened,
            Messages = (_world.Network.Messages, _world.Network.Lost),
            Transactions = (_world.Ledger.Landed, _world.Ledger.Failed),
            Ledger = (_world.Ledger.Blocks, _world.Ledger.Crashes),
            SavedCalls = _world.Nodes.GroupBy(node => node.Plan.Group, StringComparer.Ordinal)
                .Select(group => KeyValuePair.Create(group.Key, group.Sum(node => node.SavedCalls)))
                .Where(pair => pair.Value > 0).ToImmutableSortedDictionary(StringComparer.Ordinal),
            HasRealSignatures = _options.AreSignaturesReal,
            IsReplayed = _options.IsReplayed,
            WaitsAbandoned = _world.Lanes.Abandoned,
        };
    }

    private bool IsOver(Round last)
    {
        var rounds = _settled;
        return rounds && _world.Task.RoundAt(_world.SlotNow) > last + 2;
    }

    private bool _settled;

    /// <summary>Before the first event: every node has its stake.</summary>
    private void Prepare()
    {
        var stake = _options.MinimumStake * 2;
        foreach (var node in _world.Nodes)
        {
            _world.Ledger.Prepare(node.Operator, node.Staking,
            [
                new SystemInstruction.CreateAccount(stake + Rent.MinimumFor(RentedBytes), InitialBytes, ProgramIds.Task)
                    .ToInstruction(node.Operator.PublicKey, node.Key),
                new TaskInstruction.Stake(stake, $"http://node{node.Number}.sim").ToInstruction(_world.Task.Task, node.Key, _world.Task.StakePot),
            ]);
        }

        _world.Checks.Begin();
        var censors = _world.Nodes.Where(node => node.Adversary is Adversaries.CensoringProducer).ToList();
        if (censors.Count > 0)
        {
            // As if all nodes took turns in producing.
            _world.Ledger.Censor = (sent, slot) => (int)(slot.Value % (ulong)_world.Nodes.Length) < censors.Count
                && censors[0].Adversary!.Censors(censors[0].View, _world.Nodes[sent.Sender].Key);
        }

        foreach (var node in _world.Nodes)
        {
            _world.Clock.At(_world.StartOf(new(2)), node.Start);
            _world.Clock.At(_world.StartOf(_world.Task.StartOf(new(1))), () => node.FollowRounds(new(1)));
        }
    }

    /// <summary>What happens in every round beside what nodes do: beacons are due, partitions come and go, and the checks look.</summary>
    private void ScheduleRound(Round round)
    {
        if (round > _world.LastFollowed)
        {
            return;
        }

        var start = _world.Task.StartOf(round);
        _world.Clock.At(_world.StartOf(start), () => BeginRound(round));
        _world.Clock.At(_world.StartOf(start + 1), _world.Ledger.Touch);
        _world.Clock.At(_world.StartOf(start + _world.Task.SubmissionWindow + _world.Task.BeaconDelay + 1), _world.Ledger.Touch);
        _world.Clock.At(_world.StartOf(start + _world.Task.SubmissionWindow + _world.Task.BeaconDelay + 2), _world.Ledger.Touch);
    }

    private void BeginRound(Round round)
    {
        _world.Ledger.Touch();
        if (_world.AreFaultsOn && round > _world.LastRound)
        {
            // Faults stop; what is left to be settled has to be settled now.
            _world.AreFaultsOn = false;
            _world.Network.IsFaulty = false;
            _world.Network.CutOff([]);
            _world.CalmFrom = _world.Task.StartOf(round);
        }

        _world.Checks.OnRoundBegins(round);
        _settled = _world.Checks.Rounds.Count(settled => settled.IsSettled || (settled.Submissions == 0 && settled.Number + 2 < round)) >= _options.RoundCount;
        Partition(round);
        ScheduleRound(round + 1);
    }

    private void Partition(Round round)
    {
        var conditions = _options.NetworkConditions;
        if (conditions.PartitionPercent == 0 || !_world.AreFaultsOn || !_partitions.Chance(1, 2))
        {
            return;
        }

        var cut = Enumerable.Range(0, _options.NodeCount).ToArray();
        _partitions.Shuffle<int>(cut);
        var count = Math.Max(1, _options.NodeCount * conditions.PartitionPercent / 100);
        var from = _world.Task.StartOf(round) + _partitions.NextBelow(_world.Task.RoundTime);
        _world.Clock.At(_world.StartOf(from), () =>
        {
            if (_world.AreFaultsOn)
            {
                _world.Trace($"partition {count}");
                _world.Network.CutOff(cut.Take(count));
            }
        });
        _world.Clock.At(_world.StartOf(from + conditions.PartitionSlots), () => _world.Network.CutOff([]));
    }

    private Genesis GenesisOf(SimulatedKey producer, string metadata)
    {
        var creator = _world.Signing.KeyOf("creator");
        var rounds = (ulong)_options.RoundCount + 4;
        var attempt = 0;
        var pot = ProgramAddress.FindStakePot(() => SHA256.HashData(BitConverter.GetBytes(attempt++)));
        var bounty = _options.BountyPerRound * rounds;
        var windows = _options.WindowSlots;
        return new Genesis
        {
            ClusterName = "simulation",
            Producer = producer.PublicKey,
            CreatedAt = SimulationOptions.Begin,
            Balances = _world.Nodes.ToImmutableSortedDictionary(node => node.Operator.PublicKey, _ => (_options.MinimumStake * 4) + Lamports.FromKoii(10))
                .Add(creator.PublicKey, Lamports.FromKoii(10)),
            Rules = LedgerRules.Pond1,
            SlotDuration = _options.SlotTime,
            IsLocal = true,
            Tasks =
            [
                new GenesisTask
                {
                    Address = _world.Signing.KeyOf("task").PublicKey,
                    StakePot = pot,
                    Manager = creator.PublicKey,
                    SpaceBytes = SpaceBytes,
                    Settings = new TaskInstruction.CreateTask
                    {
                        Name = "simulated",
                        Description = "A task in a simulation",
                        Executable = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
                        ExecutableNetwork = "IPFS",
                        TotalBounty = bounty,
                        BountyPerRound = _options.BountyPerRound,
                        RoundTime = windows.Round,
                        AuditWindow = windows.Audit,
                        SubmissionWindow = windows.Submission,
                        MinimumStake = _options.MinimumStake,
                        Metadata = metadata,
                        Variables = $"class={(_options.TaskClass is TaskClass.Committee ? "C" : "A")};fallback=equal",
                        AllowedFailedDistributions = AllowedFailed,
                    },
                },
            ],
        };
    }
}
