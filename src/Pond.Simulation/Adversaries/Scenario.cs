using System.Collections.Immutable;
using System.Globalization;
using Pond.Primitives;
using Pond.Simulation.Disk;
using Pond.Simulation.Network;

namespace Pond.Simulation.Adversaries;

/// <summary>Who is dishonest, who is unlucky, and what goes wrong between them: <c>liar=5,offline=3,loss=2%</c>.</summary>
public sealed record Scenario
{
    /// <summary>Nobody is dishonest and nothing goes wrong.</summary>
    public static readonly Scenario Calm = new();

    private static readonly ImmutableSortedDictionary<string, Func<ulong, Adversary>> Kinds = new Dictionary<string, Func<ulong, Adversary>>(StringComparer.Ordinal)
    {
        ["accuser"] = static _ => new FalseAccuser(),
        ["censor"] = static _ => new CensoringProducer(),
        ["colluder"] = static _ => new Colluder(),
        ["copier"] = static _ => new Copier(),
        ["crash"] = static _ => new CrashingNode(),
        ["equivocator"] = static _ => new Equivocator(),
        ["forger"] = static _ => new ListForger(),
        ["grinder"] = static _ => new Grinder(),
        ["late-leader"] = static _ => new LyingLeader(),
        ["lazy"] = static _ => new LazyAuditor(),
        ["liar"] = static _ => new PlausibleLiar(),
        ["offline"] = static _ => new Absent(),
        ["random-liar"] = static _ => new RandomLiar(),
        ["runner"] = static _ => new StakeAndRun(),
        ["skewed"] = static _ => new SkewedNode(),
        ["slow"] = static _ => new SlowNode(),
        ["spiteful"] = static _ => new SpitefulAuditor(),
        ["sybil"] = static _ => new Sybil(),
        ["turncoat"] = static rounds => new Turncoat(Math.Min(1_000, rounds / 2)),
        ["withholder"] = static _ => new Withholder(),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static readonly ImmutableArray<string> Faults = ["disk", "dup", "loss", "partition", "power"];

    /// <summary>The words for nodes, with how many of each: a number of nodes, or a share of all.</summary>
    public ImmutableArray<ScenarioPart> Nodes { get; init; } = [];

    /// <summary>What the network does beside its latency.</summary>
    public NetworkConditions Network { get; init; } = new();

    /// <summary>What the ledger's disk does.</summary>
    public DiskConditions Disk { get; init; } = new();

    /// <summary>All words for nodes.</summary>
    public static IEnumerable<string> Words => Kinds.Keys;

    /// <summary>All words for what goes wrong without anybody's doing.</summary>
    public static IEnumerable<string> FaultWords => Faults;

    /// <summary>The name that it was read from.</summary>
    public override string ToString() => string.Join(
        ',',
        Nodes.Select(part => part.ToString())
            .Concat(Fault("loss", Network.LossPerThousand))
            .Concat(Fault("dup", Network.DuplicationPerThousand))
            .Concat(Fault("partition", Network.PartitionPercent * 10))
            .Concat(Fault("power", Disk.PowerCutsPerThousandBlocks))
            .Concat(Fault("disk", Disk.FailuresPerThousandBlocks)));

    /// <summary>Reads a scenario.</summary>
    /// <param name="text">Words with numbers or percentages, separated by commas; empty for <see cref="Calm"/>.</param>
    /// <exception cref="PondException"><c>scenario-invalid</c>, with the words that there are.</exception>
    public static Scenario Parse(string text) => Parse(text, ImmutableSortedDictionary<string, Type>.Empty);

    /// <inheritdoc cref="Parse(string)"/>
    /// <param name="text">As above; a task's name stands for nodes that run it.</param>
    /// <param name="tasks">The tasks that may be named.</param>
    public static Scenario Parse(string text, ImmutableSortedDictionary<string, Type> tasks)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(tasks);
        var scenario = Calm;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (word, amount) = part.IndexOf('=', StringComparison.Ordinal) is var index and >= 0 ? (part[..index].Trim(), part[(index + 1)..].Trim()) : (part, "1");
            var isShare = amount.EndsWith('%');
            if (!decimal.TryParse(isShare ? amount[..^1] : amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number < 0 || number > (isShare ? 100 : 1_000_000))
            {
                throw Invalid(part, "the amount is a number of nodes, or a percentage", tasks);
            }

            var task = tasks.GetValueOrDefault(word);
            if (Kinds.ContainsKey(word) || task is not null)
            {
                if (!isShare && number != decimal.Truncate(number))
                {
                    throw Invalid(part, "there are only whole nodes", tasks);
                }

                scenario = scenario with { Nodes = scenario.Nodes.Add(new(word, number, isShare) { Task = task }) };
            }
            else if (Faults.Contains(word, StringComparer.Ordinal))
            {
                if (!isShare)
                {
                    throw Invalid(part, $"'{word}' is a share: {word}=2%", tasks);
                }

                scenario = scenario.With(word, (int)(number * 10));
            }
            else
            {
                throw Invalid(part, "nothing is called so", tasks);
            }
        }

        return scenario;
    }

    internal static Adversary Make(string word, ulong rounds) => Kinds[word](rounds);

    private Scenario With(string fault, int perThousand) => fault switch
    {
        "loss" => this with { Network = Network with { LossPerThousand = perThousand } },
        "dup" => this with { Network = Network with { DuplicationPerThousand = perThousand } },
        "partition" => this with { Network = Network with { PartitionPercent = perThousand / 10 } },
        "power" => this with { Disk = Disk with { PowerCutsPerThousandBlocks = perThousand } },
        _ => this with { Disk = Disk with { FailuresPerThousandBlocks = perThousand } },
    };

    private static IEnumerable<string> Fault(string word, int perThousand) =>
        perThousand == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{word}={perThousand / 10m}%")];

    private static PondException Invalid(string part, string why, ImmutableSortedDictionary<string, Type> tasks) => new(
        "scenario-invalid",
        $"'{part}' is no part of a scenario: {why}.",
        $"Nodes, with a number or a percentage: {string.Join(", ", Kinds.Keys.Concat(tasks.Keys))}. Faults, with a percentage: {string.Join(", ", Faults)}. For example liar=5,offline=10%,loss=2%.");
}

/// <summary>How many nodes of a scenario are of one kind.</summary>
/// <param name="Word">The kind.</param>
/// <param name="Amount">How many; or how many of a hundred.</param>
/// <param name="IsShare">Whether it is of a hundred.</param>
public sealed record ScenarioPart(string Word, decimal Amount, bool IsShare)
{
    /// <summary>The task that these nodes run in the place of the one under test; null if it is that one.</summary>
    public Type? Task { get; init; }

    /// <summary>How many of so many nodes; at least one of a share that is not none.</summary>
    public int Of(int nodes) => IsShare ? (Amount == 0 ? 0 : Math.Max(1, (int)(nodes * Amount / 100))) : (int)Amount;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Word}={Amount}{(IsShare ? "%" : "")}");
}
