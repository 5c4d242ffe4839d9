using System.Diagnostics;
using Pond.Contracts.Rpc;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Testing;
using Xunit.Abstractions;

namespace Pond.EndToEnd.Tests;

/// <summary>
/// Nodes, tasks and the ledger are killed for many rounds, as the seed says; afterwards everything is paid, and every node's journal agrees with the
/// ledger to the lamport. <c>POND_FROM</c> is the seed, <c>POND_COUNT</c> how many rounds.
/// </summary>
[Trait("Length", "Long")]
public sealed class NodeSoakTests(ITestOutputHelper output)
{
    private const int Nodes = 5;
    private const ulong RoundTime = 80;
    private const int SlotMs = 50;

    [Fact]
    public async Task After_rounds_of_kills_everything_is_paid_and_accounted_for()
    {
        var rounds = (ulong)CaseNumbers.Count(12);
        // A round lasts four seconds where the slots are on time; the rest is for machines where they are not.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5) + (rounds * TimeSpan.FromSeconds(12)), TimeProvider.System);
        await using var network = await NodeNetwork.StartAsync(Nodes, SlotMs, RoundTime, patience.Token);
        for (var node = 0; node < Nodes; node++)
        {
            network.Start(node, "Pond.TestTask");
        }

        using var calm = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        var killing = KillAsync(network, DeterministicRandom.ForStream(CaseNumbers.From, "kills"), calm.Token);
        var settled = new List<TaskRoundInfo>();
        try
        {
            for (var round = new Round(0); round.Value < rounds; round += 1)
            {
                if (await network.WaitForRoundAsync(round, patience.Token) is { } info)
                {
                    settled.Add(info);
                }

                if (killing.IsFaulted)
                {
                    await killing;
                }
            }

            await calm.CancelAsync();
            await killing;
            await CheckAsync(network, settled, new(rounds), patience.Token);
            await network.VerifyLedgerAsync(patience.Token);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            for (var node = 0; node < Nodes; node++)
            {
                output.WriteLine($"node {node}:\n{network.ErrorsOf(node)}");
            }

            throw new InvalidOperationException(
                $"Seed {CaseNumbers.From} failed after {settled.Count} settled rounds; ./pond test --long nodes --from {CaseNumbers.From} begins with it.", exception);
        }
    }

    /// <summary>Kills something every few seconds, and starts it again.</summary>
    private async Task KillAsync(NodeNetwork network, DeterministicRandom random, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal) { ["nodes"] = 0, ["tasks"] = 0, ["ledgers"] = 0 };
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2_000 + random.NextBelow(5_000)), TimeProvider.System, cancellationToken);
                var (what, node, pause) = (random.NextBelow(10), random.NextBelow(Nodes), random.NextBelow(4_000));
                switch (what)
                {
                    case < 4:
                        counts["tasks"]++;
                        network.KillTask(node);
                        break;
                    case < 8:
                        counts["nodes"]++;
                        await network.KillAsync(node);
                        // It comes back even if the test ends meanwhile: the last word is with nodes that run.
                        await Task.Delay(TimeSpan.FromMilliseconds(pause), TimeProvider.System, CancellationToken.None);
                        network.Restart(node);
                        break;
                    default:
                        counts["ledgers"]++;
                        await network.RestartLedgerAsync(CancellationToken.None);
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            output.WriteLine($"killed: {string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}"))}");
        }
    }

    private async Task CheckAsync(NodeNetwork network, List<TaskRoundInfo> settled, Round end, CancellationToken cancellationToken)
    {
        Assert.NotEmpty(settled);
        Assert.All(settled, round => Assert.Empty(round.Slashes));
        var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var node = 0; node < Nodes; node++)
        {
            var key = network.StakingKeyOf(node);
            // On a slow machine rounds pass before a node has begun; from then on it answers for each.
            var begun = new Round(0);
            while (begun < end && network.Explain(node, begun).Entries.IsEmpty)
            {
                begun += 1;
            }

            for (var round = begun; round < end; round += 1)
            {
                var explanation = await UntilClosedAsync(network, node, round, cancellationToken);
                var info = settled.Find(info => info.Round == round);
                var (earned, lost) = info is null
                    ? (Lamports.Zero, Lamports.Zero)
                    : (info.Rewards.GetValueOrDefault(key) + info.AuditPay.GetValueOrDefault(key) + info.SlashShares.GetValueOrDefault(key), info.Slashes.GetValueOrDefault(key));
                Assert.True(
                    // Who was away until the ledger forgot a round says so instead of guessing.
                    explanation.Reason is "outcome-unknown" || (explanation.Earned == earned && explanation.Lost == lost),
                    $"Node {node} has {explanation.Earned} and {explanation.Lost} for round {round}; the ledger has {earned} and {lost}.\n{string.Join('\n', explanation.Entries)}\n{info}");
                Assert.True(
                    earned > Lamports.Zero || explanation.Reason.Length > 0, $"Node {node} got nothing for round {round} and can't say why.");
                Assert.True(explanation.Entries.Count(entry => entry.Event is JournalEvent.SubmissionAccepted) <= 1);
                var said = explanation.Reason.Length == 0 ? "paid" : explanation.Reason;
                reasons[said] = reasons.GetValueOrDefault(said) + 1;
            }
        }

        output.WriteLine($"{settled.Count} of {end} rounds settled; rounds of nodes: {string.Join(", ", reasons.Select(reason => $"{reason.Value} {reason.Key}"))}");
        Assert.True(reasons.GetValueOrDefault("paid") > 0);
        await UntilClaimedAsync(network, cancellationToken);
    }

    private static async Task<Server.Nodes.RoundExplanation> UntilClosedAsync(NodeNetwork network, int node, Round round, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var explanation = network.Explain(node, round);
                if (explanation.IsClosed)
                {
                    return explanation;
                }
            }
        }
        catch (OperationCanceledException cause)
        {
            throw new InvalidOperationException($"Node {node} never closed round {round}: {string.Join(", ", network.Explain(node, round).Entries)}", cause);
        }

        throw new UnreachableException("The timer is stopped only by its end.");
    }

    /// <summary>The nodes go on earning, so each is looked at until everything that it had was claimed.</summary>
    private static async Task UntilClaimedAsync(NodeNetwork network, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        var waiting = Enumerable.Range(0, Nodes).ToHashSet();
        while (waiting.Count > 0 && await timer.WaitForNextTickAsync(cancellationToken))
        {
            var task = await network.Client.GetTaskAsync(network.Task.Task, Commitment.Processed, cancellationToken);
            waiting.RemoveWhere(node => task!.AvailableBalances.GetValueOrDefault(network.StakingKeyOf(node)) == Lamports.Zero);
        }
    }
}
