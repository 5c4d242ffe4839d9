using System.Diagnostics;
using System.Globalization;
using Pond.Primitives;
using Pond.Simulation;

namespace Pond.Cli.Bench;

/// <summary>How fast whole networks are simulated: a small one from the start of the process, and large ones.</summary>
internal sealed class SimBench(TimeProvider timeProvider, bool isQuick, Action<string> notice)
{
    private const string Mix = "liar=5%,colluder=5%,lazy=5%,accuser=2%,forger=3%";

    private static readonly TimeSpan SmallLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LargeLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HugeLimit = TimeSpan.FromSeconds(5);

    internal async Task<IReadOnlyList<BenchRow>> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<BenchRow> { await MeasureSmallAsync(cancellationToken) };
        var (nodes, rounds) = isQuick ? (1_000, 10) : (1_000, 100);
        // So that what is compared was compiled before, both of them.
        _ = Simulate(50, 5, Mix);
        notice("50 nodes ...");
        var small = Simulate(50, isQuick ? 20 : 100, Mix);
        notice($"{nodes} nodes ...");
        var large = Simulate(nodes, rounds, Mix);
        var peak = Process.GetCurrentProcess().PeakWorkingSet64;
        notice("10,000 nodes ...");
        var huge = Simulate(isQuick ? 1_000 : 10_000, 1, "");
        var (costSmall, costLarge) = (CostOf(small), CostOf(large));
        rows.Add(new(
            Line($"{nodes} nodes, {rounds} rounds, a fifth dishonest"),
            Line($"{large.Elapsed.TotalSeconds:F1} s, {large.Transactions.Landed / large.Elapsed.TotalSeconds:#,0} transactions/s"),
            "-",
            isQuick ? "-" : "<= 60 s",
            large.Elapsed <= LargeLimit));
        rows.Add(new("its memory", Line($"{peak / 1_000_000} MB"), "-", isQuick ? "-" : "<= 4,000 MB", peak <= 4_000_000_000));
        rows.Add(new(
            "cost per node and round, beside 50 nodes",
            Line($"{costLarge:F0} us, {costLarge / costSmall:F2} times"),
            Line($"{costSmall:F0} us"),
            "<= 1.5 times",
            costLarge <= costSmall * 1.5));
        rows.Add(new(
            isQuick ? "a round of 1,000 nodes" : "a round of 10,000 nodes", Line($"{huge.Elapsed.TotalSeconds:F1} s"), "-", isQuick ? "-" : "<= 5 s", huge.Elapsed <= HugeLimit));
        rows.Add(new("signatures above 64 nodes", large.HasRealSignatures ? "Ed25519" : "keyed hashes", "-", "-", IsReached: true));
        rows.Add(new("checks failed", Line($"{small.Violations.Length + large.Violations.Length + huge.Violations.Length}"), "-", "0", small.Holds && large.Holds && huge.Holds));
        return rows;
    }

    // A process of its own, as an author starts it; the task is built before.
    private async Task<BenchRow> MeasureSmallAsync(CancellationToken cancellationToken)
    {
        notice("the template's task ...");
        var folder = Directory.CreateTempSubdirectory("pond-bench-sim-");
        try
        {
            var project = Path.Combine(folder.FullName, "bench");
            await RunAsync(["task", "new", "bench", "--out", project], cancellationToken);
            await RunAsync(["task", "build", project], cancellationToken);
            string[] words = ["task", "test", project, "--no-build", "--nodes", "5", "--rounds", "10"];
            // The first start reads the program from the disk.
            await RunAsync(words, cancellationToken);
            var seconds = new List<double>();
            for (var turn = 0; turn < 3; turn++)
            {
                seconds.Add(await timeProvider.SecondsAsync(() => RunAsync(words, cancellationToken)));
            }

            var median = Measuring.Median(seconds);
            return new("the basic template, 5 nodes, 10 rounds, from process start", Line($"{median:F2} s"), "-", "<= 1 s", median <= SmallLimit.TotalSeconds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string[] words, CancellationToken cancellationToken)
    {
        using var child = Process.Start(ChildPond.With(words))!;
        var said = child.StandardOutput.ReadToEndAsync(cancellationToken);
        await child.WaitForExitAsync(cancellationToken);
        if (child.ExitCode != ExitCode.Ok)
        {
            throw new PondException("check-failed", $"'pond {string.Join(' ', words)}' ended with {child.ExitCode}: {await said}", "Run it by itself to see why.");
        }
    }

    private static SimulationResult Simulate(int nodes, int rounds, string scenario) =>
        TaskSimulation.Run<ChainTask>(new SimulationOptions().Nodes(nodes).Rounds(rounds).Scenario(scenario)
            .Signatures(Pond.Simulation.Ledger.SignatureKind.KeyedHash).Checked(isReplayed: false, isJournaled: false));

    private static double CostOf(SimulationResult result) => result.Elapsed.TotalMicroseconds / result.Nodes / Math.Max(1, result.Rounds.Length);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
