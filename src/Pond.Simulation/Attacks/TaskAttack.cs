using System.Collections.Immutable;
using Pond.Simulation.Adversaries;

namespace Pond.Simulation.Attacks;

/// <summary>Searches seeds and mixes of adversaries for one that breaks a task, and makes it as small as it gets.</summary>
public sealed class TaskAttack(Type task, ImmutableSortedDictionary<string, Type> cheats, Func<SimulationOptions> newOptions)
{
    /// <summary>How many nodes an attack begins with: enough for two dishonest ones among them.</summary>
    private const int Nodes = 7;

    private const int Rounds = 3;

    /// <summary>What is tried, one after the other, with one seed after the other: below a third of the nodes, all that the rules withstand.</summary>
    private static readonly ImmutableArray<string> Mixes =
    [
        "liar=2", "random-liar=2", "copier=2", "colluder=2", "withholder=2", "forger=2", "late-leader=2", "accuser=2", "spiteful=2",
        "sybil=2", "grinder=2", "equivocator=2", "runner=2", "turncoat=2", "liar=1,lazy=1", "liar=1,crash=1", "liar=1,offline=1",
        "liar=1,censor=1", "colluder=2,loss=5%,dup=5%", "liar=2,partition=20%", "liar=2,power=2%",
    ];

    /// <summary>How many simulations were played.</summary>
    public int Played { get; private set; }

    /// <summary>The free rides that were seen, by the word of who took them: how many calls of the task each saved in all.</summary>
    public ImmutableSortedDictionary<string, long> FreeRides { get; private set; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Searches.</summary>
    /// <param name="seed">The first seed.</param>
    /// <param name="isOver">Is asked before each simulation; true ends the search.</param>
    /// <returns>The smallest way to break the task that was found; null if none was.</returns>
    public FoundBreak? Search(ulong seed, Func<bool> isOver)
    {
        ArgumentNullException.ThrowIfNull(isOver);
        ImmutableArray<string> mixes = [.. cheats.Keys.Select(cheat => $"{cheat}=2"), .. Mixes];
        for (; ; seed++)
        {
            foreach (var mix in mixes)
            {
                if (isOver())
                {
                    return null;
                }

                var found = Play(mix, Nodes, Rounds, seed);
                if (found is not null)
                {
                    return Shrink(found, isOver);
                }
            }
        }
    }

    // Fewer rounds, fewer parts, fewer nodes: each as long as it still breaks in the same way.
    private FoundBreak Shrink(FoundBreak found, Func<bool> isOver)
    {
        if (found.Break.Round is { } round && (int)round.Value < found.Rounds)
        {
            found = Again(found.Scenario, found.Nodes, (int)round.Value, found) ?? found;
        }

        foreach (var part in found.Scenario.Split(','))
        {
            var rest = string.Join(',', found.Scenario.Split(',').Where(other => other != part));
            if (rest.Length > 0 && !isOver())
            {
                found = Again(rest, found.Nodes, found.Rounds, found) ?? found;
            }
        }

        var one = found.Scenario.Replace("=2", "=1", StringComparison.Ordinal);
        if (one != found.Scenario && !isOver())
        {
            found = Again(one, found.Nodes, found.Rounds, found) ?? found;
        }

        while (found.Nodes > 3 && !isOver() && Again(found.Scenario, found.Nodes - 1, found.Rounds, found) is { } smaller)
        {
            found = smaller;
        }

        return found;
    }

    private FoundBreak? Again(string scenario, int nodes, int rounds, FoundBreak before) =>
        Play(scenario, nodes, rounds, before.Seed) is { } found && found.Break.Kind == before.Break.Kind ? found : null;

    private FoundBreak? Play(string mix, int nodes, int rounds, ulong seed)
    {
        Played++;
        var scenario = Scenario.Parse(mix, cheats);
        if (scenario.Nodes.Sum(part => part.Of(nodes)) * 3 >= nodes)
        {
            return null;
        }

        var result = TaskSimulation.Run(task, newOptions().Nodes(nodes).Rounds(rounds).Seed(seed).Scenario(scenario));
        foreach (var (group, calls) in result.SavedCalls)
        {
            FreeRides = FreeRides.SetItem(group, FreeRides.GetValueOrDefault(group) + calls);
        }

        return Break.Find(result) is { } broken ? new(broken, mix, nodes, rounds, seed, result) : null;
    }
}

/// <summary>A way to break a task.</summary>
/// <param name="Break">What happens.</param>
/// <param name="Scenario">Who is dishonest, and what goes wrong.</param>
/// <param name="Nodes">How many nodes there are.</param>
/// <param name="Rounds">How many rounds.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Result">The simulation.</param>
public sealed record FoundBreak(Break Break, string Scenario, int Nodes, int Rounds, ulong Seed, SimulationResult Result)
{
    /// <summary>The options of <c>pond task test</c> that show it again.</summary>
    public string Options => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"--nodes {Nodes} --rounds {Rounds} --scenario {Scenario} --seed {Seed}");
}
