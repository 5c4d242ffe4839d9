using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Store;

namespace Pond.Sdk.Testing;

/// <summary>A task's world in memory: nodes of one task, what they have stored, and a ledger that is as the test says. For functions called alone.</summary>
/// <remarks>
/// Nothing happens by itself: a test has a node work, another one audit that, and says itself what became of a submission. Keys and signatures are
/// real, and so are CIDs; slots, rounds and blocks are the test's. The same names give the same keys, blocks and beacons in every run.
/// Thread-safe but for its settings.
/// </remarks>
public sealed class TaskProbe : IAsyncDisposable
{
    private const ulong RoundSlots = 100;
    private const ulong WindowSlots = 30;

    private readonly ConcurrentDictionary<string, ProbeNode> _nodes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(Round Round, Pubkey Submitter), RoundSubmission> _submissions = new();
    private readonly ConcurrentDictionary<(Round Round, Pubkey Submitter), SubmissionOutcome> _outcomes = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pond-probe-");

    /// <summary>Makes a world without nodes, in the first slot of round 1.</summary>
    public TaskProbe()
    {
        Settings = ProbeFacts.Task(RoundSlots, WindowSlots);
        Slot = Settings.StartOf(new(1));
    }

    /// <summary>The task on the ledger; a test changes it by <c>with</c>. Stakes and addresses are those of the nodes.</summary>
    public TaskInfo Settings { get; set; }

    /// <summary>The ledger's slot. It stays until the test moves it.</summary>
    public Slot Slot { get; set; }

    /// <summary>The time that tasks measure and wait by. Default the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>What the web answers; null refuses it, as a node does whose operator does not allow it.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage>? Web { get; set; }

    /// <summary>What the operator has paired with the task, on every node.</summary>
    public IDictionary<string, string> Variables { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What the ledger answers to <see cref="ITaskLedger.CallAsync"/>: the method and its parameters give any object, which is written as JSON.</summary>
    public Func<string, IReadOnlyList<object?>, object?> Ledger { get; set; } =
        (method, _) => throw new PondException("ledger-refused", $"The probe's ledger knows no {method}.", "Set TaskProbe.Ledger.");

    /// <summary>The task with the stakes and addresses of the nodes.</summary>
    public TaskInfo Info => Settings with
    {
        Stakes = _nodes.Values.ToImmutableSortedDictionary(node => node.StakingKey, node => node.Stake),
        TotalStake = _nodes.Values.Aggregate(Lamports.Zero, (sum, node) => sum + node.Stake),
        Addresses = _nodes.Values.ToImmutableSortedDictionary(node => node.StakingKey, node => $"http://{node.Name}.test"),
    };

    internal MemoryBlockStore Content { get; } = new();

    /// <summary>Adds a node.</summary>
    /// <typeparam name="TTask">What it runs; a constructor may ask for <see cref="ITaskContext"/> and loggers.</typeparam>
    /// <param name="name">What the test calls it; its key follows from it.</param>
    /// <param name="configure">Adds what the task's constructor asks for, as its <c>Program.cs</c> does; null for nothing.</param>
    public ProbeNode<TTask> Node<TTask>(string name, Action<IServiceCollection>? configure = null)
        where TTask : PondTask
    {
        var folder = _folder.CreateSubdirectory(_nodes.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var node = new ProbeNode<TTask>(this, name, folder.FullName, configure ?? (static _ => { }));
        return _nodes.TryAdd(name, node) ? node : throw new ArgumentException($"There is a node '{name}' already.", nameof(name));
    }

    /// <summary>What a node has submitted for a round; null if it has not.</summary>
    public RoundSubmission? SubmissionOf(ProbeNode node, ulong round) =>
        _submissions.GetValueOrDefault((new(round), node.StakingKey));

    /// <summary>Says what becomes of a submission; without a word it is accepted.</summary>
    public void SetOutcome(ProbeNode node, ulong round, SubmissionOutcome outcome) => _outcomes[(new(round), node.StakingKey)] = outcome;

    /// <summary>Submits for a node something that its task would not.</summary>
    public void Submit(ProbeNode node, ulong round, string value) => Submit(new Round(round), node.StakingKey, value);

    /// <summary>What the ledger knows of a round.</summary>
    public TaskRoundInfo RoundInfo(ulong round)
    {
        var number = new Round(round);
        var submissions = _submissions.Where(entry => entry.Key.Round == number)
            .ToImmutableSortedDictionary(entry => entry.Key.Submitter, entry => entry.Value);
        return ProbeFacts.Round(
            number,
            Info,
            submissions,
            submissions.ToImmutableSortedDictionary(entry => entry.Key, entry => _outcomes.GetValueOrDefault((number, entry.Key), SubmissionOutcome.Accepted)));
    }

    /// <summary>The hash of a slot's block: every slot up to <see cref="Slot"/> has one.</summary>
    public static Hash BlockHashOf(Slot slot) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"probe block {slot}")));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values)
        {
            await node.StopAsync();
        }

        _folder.Delete(recursive: true);
    }

    internal static Keypair KeyOf(string name) => Keypair.FromSeed(SHA256.HashData(Encoding.UTF8.GetBytes($"probe node {name}")));

    internal ProbeNode? FindNode(Pubkey key) => _nodes.Values.FirstOrDefault(node => node.StakingKey == key);

    internal void Submit(Round round, Pubkey submitter, string value) => _submissions.TryAdd((round, submitter), new(value, Slot));

    internal JsonElement AnswerLedger(string method, IReadOnlyList<object?> parameters) =>
        JsonSerializer.SerializeToElement(Ledger(method, parameters), PondJson.Options);
}
