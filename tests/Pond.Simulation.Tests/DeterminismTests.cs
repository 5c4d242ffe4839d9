using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond.Simulation.Tests;

public sealed class DeterminismTests
{
    // One number for Debug and Release, and for every machine. It changes with the rules, the node or the simulator, and with nothing else.
    private const string KnownHash = "8f3104ba2adb2fece97e2883307839259cc859f3f";

    [Fact]
    public void The_trace_of_a_seed_is_the_same_on_every_machine() => Assert.StartsWith(
        KnownHash,
        TaskSimulation.Run<HashTask>(new SimulationOptions().Nodes(6).Rounds(3).Scenario("liar=1,crash=1,loss=2%,power=1%").Seed(42)).TraceHash,
        StringComparison.Ordinal);

    [Fact]
    public void Files_threads_and_timers_of_a_task_change_nothing()
    {
        var hashes = Enumerable.Range(0, 3)
            .Select(_ => TaskSimulation.Run<BusyTask>(new SimulationOptions().Nodes(5).Rounds(2).Signatures(Ledger.SignatureKind.KeyedHash)))
            .ToList();

        Assert.Single(hashes.Select(result => result.TraceHash).Distinct(StringComparer.Ordinal));
        Assert.All(hashes, result => Assert.Equal(0, result.WaitsAbandoned));
        Assert.All(hashes, result => Assert.Equal(5, result.Rounds[0].Accepted));
    }

    // Waits for files, for threads and for time, in turn.
    private sealed class BusyTask : PondTask
    {
        public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
        {
            var file = Path.Combine(round.Task.Folder, $"{round.Number}");
            await File.WriteAllTextAsync(file, $"{round.Number}", cancellationToken);
            var number = await Task.Run(() => round.Number.Value * 2, cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1), round.Task.Time, cancellationToken);
            var text = await File.ReadAllTextAsync(file, cancellationToken);
            await round.Task.Store.SetAsync($"{round.Number}", $"{text} {number}", cancellationToken);
        }

        public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
            await round.Task.Store.GetAsync($"{round.Number}", cancellationToken) is { } result ? Submission.FromText(result) : null;

        public override Task<Verdict> ValidateSubmissionAsync(RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken) =>
            Task.FromResult(candidate.Value == $"{round.Number} {round.Number.Value * 2}" ? Verdict.Valid : Verdict.Invalid);
    }
}
