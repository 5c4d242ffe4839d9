using System.Collections.Immutable;
using System.Globalization;

namespace Pond.Simulation.Tests;

/// <summary>Many seeds of small networks, each with another mix of dishonest nodes and faults. <c>./pond test --long sim</c> plays ten thousand.</summary>
public sealed class SeedTests
{
    private const ulong NormalCount = 20;

    private static readonly ImmutableArray<string> Mixes =
    [
        "liar=1,crash=1", "liar=2,loss=3%,dup=3%", "colluder=2,power=3%", "offline=2,disk=2%", "accuser=2", "spiteful=2,partition=20%",
        "forger=2,loss=2%", "late-leader=2", "sybil=2", "grinder=2,crash=1", "equivocator=2", "runner=2", "turncoat=2", "withholder=2", "copier=2",
        "lazy=2,liar=1", "censor=1,liar=1", "slow=1,skewed=1,crash=1", "random-liar=2,crash=2,loss=2%,dup=2%,power=2%,disk=2%,partition=10%",
    ];

    [Fact]
    public void No_check_fails_whatever_the_seed()
    {
        var from = Number("POND_FROM", 0);
        for (var seed = from; seed < from + Number("POND_COUNT", NormalCount); seed++)
        {
            Play(seed, Mixes[(int)(seed % (ulong)Mixes.Length)]);
        }
    }

    [Fact]
    public void No_seed_that_once_failed_fails_again()
    {
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Corpus", "seeds.txt")).Where(line => line is not ("" or ['#', ..])))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            Play(ulong.Parse(line[..space], CultureInfo.InvariantCulture), line[(space + 1)..]);
        }
    }

    private static void Play(ulong seed, string scenario)
    {
        var result = TaskSimulation.Run<HashTask>(
            new SimulationOptions().Nodes(7).Rounds(3).Seed(seed).Scenario(scenario).Signatures(Ledger.SignatureKind.KeyedHash)).AssertHolds();

        Assert.True(result.LiesAccepted == 0, $"Seed {seed}, {scenario}: {result.LiesAccepted} lies were paid.\n{result}");
        Assert.True(result.Rounds.Length == 3, $"Seed {seed}, {scenario}: {result.Rounds.Length} of 3 rounds were seen.\n{result}");
    }

    private static ulong Number(string variable, ulong otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
