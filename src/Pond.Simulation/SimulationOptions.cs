using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Simulation.Adversaries;
using Pond.Simulation.Disk;
using Pond.Simulation.Ledger;
using Pond.Simulation.Network;
using Pond.Simulation.Nodes;

namespace Pond.Simulation;

/// <summary>What is simulated. Each method changes it and returns it; the same options and seed give the same simulation on every machine.</summary>
public sealed class SimulationOptions
{
    /// <summary>The most nodes of one simulation.</summary>
    public const int MaxNodes = 20_000;

    internal static readonly DateTimeOffset Begin = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    // Above it, signatures are keyed hashes, and blocks are not made a second time.
    private const int MaxSmallNodes = 64;

    private readonly List<(string Group, Func<Adversary>? NewAdversary, Type? Task, int Count)> _others = [];
    private Scenario _scenario = Adversaries.Scenario.Calm;
    private SignatureKind _signatures;
    private bool? _isReplayed;
    private bool? _isJournaled;

    internal int NodeCount { get; private set; } = 5;

    internal int RoundCount { get; private set; } = 10;

    internal ulong SeedValue { get; private set; } = 1;

    internal (ulong Round, ulong Submission, ulong Audit) WindowSlots { get; private set; } = (24, 8, 8);

    internal TimeSpan SlotTime { get; private set; } = TimeSpan.FromMilliseconds(400);

    internal TaskClass TaskClass { get; private set; } = TaskClass.Deterministic;

    internal Lamports BountyPerRound { get; private set; } = Lamports.FromKoii(10);

    internal Lamports MinimumStake { get; private set; } = Lamports.FromKoii(5);

    internal Lamports ClaimFrom => AreNodesMany ? BountyPerRound : new Lamports(1);

    internal NetworkConditions NetworkConditions => _network ?? _scenario.Network;

    internal DiskConditions DiskConditions => _disk ?? _scenario.Disk;

    internal ImmutableDictionary<string, string> VariableValues { get; private set; } = ImmutableDictionary<string, string>.Empty;

    internal Func<HttpRequestMessage, HttpResponseMessage>? WebAnswers { get; private set; }

    internal Func<string, IReadOnlyList<object?>, object?>? LedgerAnswers { get; private set; }

    internal Action<IServiceCollection> ConfigureServices { get; private set; } = static _ => { };

    internal Func<Func<string, string>, string>? WriteMetadata { get; private set; }

    internal TextWriter? TraceWriter { get; private set; }

    internal Action<Reports.SimulatedRound>? OnRound { get; private set; }

    internal bool AreSignaturesReal => _signatures is SignatureKind.Ed25519 || (_signatures is SignatureKind.BySize && !AreNodesMany);

    internal bool IsReplayed => _isReplayed ?? !AreNodesMany;

    internal bool IsJournaled => _isJournaled ?? !AreNodesMany;

    internal bool AreNodesMany => NodeCount > MaxSmallNodes;

    internal Scenario ScenarioValue => _scenario;

    private NetworkConditions? _network;
    private DiskConditions? _disk;

    /// <summary>How many nodes there are in all, the dishonest ones among them. Default 5.</summary>
    public SimulationOptions Nodes(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxNodes);
        NodeCount = count;
        return this;
    }

    /// <summary>How many rounds are worked for. Default 10. The simulation lasts until the last of them is settled.</summary>
    public SimulationOptions Rounds(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        RoundCount = count;
        return this;
    }

    /// <summary>What decides everything that is left to chance. Default 1.</summary>
    public SimulationOptions Seed(ulong seed)
    {
        SeedValue = seed;
        return this;
    }

    /// <summary>Who is dishonest or unlucky, and what goes wrong: <see cref="Adversaries.Scenario.Parse(string)"/>.</summary>
    public SimulationOptions Scenario(string text) => Scenario(Adversaries.Scenario.Parse(text));

    /// <inheritdoc cref="Scenario(string)"/>
    public SimulationOptions Scenario(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        _scenario = scenario;
        return this;
    }

    /// <summary>Some of the nodes hand in results of which one place in twenty is wrong.</summary>
    public SimulationOptions Liar(int count) => With(count, static () => new PlausibleLiar());

    /// <summary>Some of the nodes say yes to everything without looking.</summary>
    public SimulationOptions Lazy(int count) => With(count, static () => new LazyAuditor());

    /// <summary>Some of the nodes are away, for good or now and then.</summary>
    public SimulationOptions Offline(int count) => With(count, static () => new Absent());

    /// <summary>Some of the nodes end in the middle of what they do, and come back.</summary>
    public SimulationOptions Crashing(int count) => With(count, static () => new CrashingNode());

    /// <summary>Some of the nodes do what a class of the caller's says.</summary>
    /// <param name="count">How many.</param>
    /// <param name="newAdversary">Makes one for each.</param>
    public SimulationOptions With(int count, Func<Adversary> newAdversary)
    {
        ArgumentNullException.ThrowIfNull(newAdversary);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _others.Add((newAdversary().Group, newAdversary, null, count));
        return this;
    }

    /// <summary>Some of the nodes run another task, which lies by itself.</summary>
    /// <typeparam name="TTask">The task; with a constructor without arguments, or one that asks for <see cref="ITaskContext"/>.</typeparam>
    /// <param name="count">How many.</param>
    public SimulationOptions Plus<TTask>(int count = 1)
        where TTask : PondTask => Plus(typeof(TTask), count);

    /// <inheritdoc cref="Plus{TTask}(int)"/>
    /// <param name="task">The task's type.</param>
    /// <param name="count">How many.</param>
    public SimulationOptions Plus(Type task, int count)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _others.Add((task.Name, null, task, count));
        return this;
    }

    /// <summary>What a constructor of the task asks for, as its <c>Program.cs</c> adds it.</summary>
    public SimulationOptions Services(Action<IServiceCollection> configure)
    {
        ConfigureServices = configure;
        return this;
    }

    /// <summary>The task's windows, in slots. Default a round of 24, with 8 for submissions and 8 for the audit of lists.</summary>
    public SimulationOptions Windows(ulong round, ulong submission, ulong audit)
    {
        if (submission + audit >= round || !new TaskWindows(default, round, submission, audit, 1).HaveRoomForAudits)
        {
            throw new ArgumentException("A round has room for both windows and a beacon between them.", nameof(round));
        }

        WindowSlots = (round, submission, audit);
        return this;
    }

    /// <summary>What a slot lasts. Default 400 ms.</summary>
    public SimulationOptions Slots(TimeSpan slotTime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(slotTime, TimeSpan.Zero);
        SlotTime = slotTime;
        return this;
    }

    /// <summary>How the task's results are audited. Default deterministic.</summary>
    public SimulationOptions Class(TaskClass taskClass)
    {
        TaskClass = taskClass;
        return this;
    }

    /// <summary>What a round pays, and the stake that a node must have. Default 10 and 5 KOII.</summary>
    public SimulationOptions Money(Lamports bountyPerRound, Lamports minimumStake)
    {
        (BountyPerRound, MinimumStake) = (bountyPerRound, minimumStake);
        return this;
    }

    /// <summary>How the network behaves, in the place of what the scenario says.</summary>
    public SimulationOptions Network(NetworkConditions conditions)
    {
        _network = conditions;
        return this;
    }

    /// <summary>How the ledger's disk behaves, in the place of what the scenario says.</summary>
    public SimulationOptions Disk(DiskConditions conditions)
    {
        _disk = conditions;
        return this;
    }

    /// <summary>What the operators have paired with the task.</summary>
    public SimulationOptions Variable(string name, string value)
    {
        VariableValues = VariableValues.SetItem(name, value);
        return this;
    }

    /// <summary>What the web answers; without it the operators don't let the task ask it.</summary>
    public SimulationOptions Web(Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        WebAnswers = answer;
        return this;
    }

    /// <summary>What the ledger answers to <see cref="ITaskLedger.CallAsync"/>.</summary>
    public SimulationOptions Ledger(Func<string, IReadOnlyList<object?>, object?> answer)
    {
        LedgerAnswers = answer;
        return this;
    }

    /// <summary>The folder with the task's metadata, which its creator serves to everybody.</summary>
    public SimulationOptions Metadata(string folder) => Metadata(_ => folder);

    /// <summary>The folder with the task's metadata, which names further content of its creator's.</summary>
    /// <param name="write">Writes it and returns its path; it is given what adds a file or folder and returns its CID.</param>
    public SimulationOptions Metadata(Func<Func<string, string>, string> write)
    {
        WriteMetadata = write;
        return this;
    }

    /// <summary>How transactions are signed. Default by size.</summary>
    public SimulationOptions Signatures(SignatureKind kind)
    {
        _signatures = kind;
        return this;
    }

    /// <summary>Whether a second bank makes every block again, and whether the ledger has a journal on a disk. Default both up to 64 nodes.</summary>
    public SimulationOptions Checked(bool isReplayed, bool isJournaled)
    {
        (_isReplayed, _isJournaled) = (isReplayed, isJournaled);
        return this;
    }

    /// <summary>Where the trace goes, a line per event. Without it only its hash is kept.</summary>
    public SimulationOptions TraceTo(TextWriter writer)
    {
        TraceWriter = writer;
        return this;
    }

    /// <summary>Is told of each round when it is settled.</summary>
    public SimulationOptions Watch(Action<Reports.SimulatedRound> onRound)
    {
        OnRound = onRound;
        return this;
    }

    internal ImmutableArray<NodePlan> PlanNodes(Type task)
    {
        var plans = ImmutableArray.CreateBuilder<NodePlan>(NodeCount);
        foreach (var part in _scenario.Nodes)
        {
            var rounds = (ulong)RoundCount;
            plans.AddRange(Enumerable.Repeat(
                part.Task is { } cheating ? new NodePlan(part.Word, cheating, null, IsTaskHonest: false) { IsWorkHonest = NodePlan.HasWorkOf(cheating, task) } : new NodePlan(Adversaries.Scenario.Make(part.Word, rounds).Group, task, () => Adversaries.Scenario.Make(part.Word, rounds), IsTaskHonest: true),
                part.Of(NodeCount)));
        }

        foreach (var (group, newAdversary, otherTask, count) in _others)
        {
            plans.AddRange(Enumerable.Repeat(new NodePlan(group, otherTask ?? task, newAdversary, otherTask is null) { IsWorkHonest = otherTask is null || NodePlan.HasWorkOf(otherTask, task) }, count));
        }

        if (plans.Count > NodeCount)
        {
            throw new PondException(
                "too-few-nodes",
                $"There are {NodeCount} nodes, and {plans.Count} of them are to be something else than honest.",
                $"Simulate at least {plans.Count} nodes, or make the scenario smaller.");
        }

        // The honest first, as they would be numbered if nobody else were there.
        return [.. Enumerable.Repeat(new NodePlan(NodePlan.HonestGroup, task, null, IsTaskHonest: true), NodeCount - plans.Count), .. plans];
    }
}
