using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using DocumentIndex;
using Pond.Cli.Search;
using Pond.Client.Content;
using Pond.Client.Deployment;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Content;
using Pond.Server.LocalNetworks;
using Pond.Server.Tasks.Sandbox;
using Pond.Store.UnixFs;

namespace Pond.Cli.Demo;

/// <summary>Runs the demo from its documents to its report. What happens in between is the network's doing, not this class's.</summary>
internal sealed class DemoRun(DemoOptions options, IDemoView view, TimeProvider time)
{
    /// <summary>The task's first round has begun before its nodes can have staked; work begins in the next one.</summary>
    private static readonly Round FirstRound = new(1);

    private static readonly Lamports NodeFunds = Lamports.FromKoii(20);
    private static readonly Lamports CreatorFunds = Lamports.FromKoii(1_000);
    private static readonly Lamports Stake = Lamports.FromKoii(5);
    private static readonly Lamports BountyPerRound = Lamports.FromKoii(10);
    private static readonly string[] ExampleQueries = ["cancel after timeout", "read all lines of a file", "compare strings ignoring case"];

    /// <summary>How often the view is drawn anew.</summary>
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How many rounds may be added for shards that nobody's accepted submission covers, before the demo gives up.</summary>
    private const int MaxAddedRounds = 20;

    // A node looks at the ledger twice in a slot, so that it misses none; where slots are short, once.
    private TimeSpan PollInterval => TimeSpan.FromMilliseconds(Math.Clamp(options.SlotDuration.TotalMilliseconds / 2, 50, 200));

    internal async Task<DemoReport> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        var began = time.GetTimestamp();
        using var documents = DemoDocuments.Publish(
            Path.GetFullPath(options.Folder ?? SdkDocumentation.FindFolder()), cancellationToken);
        view.Say($"documents   {documents.Describe()}");
        view.Say($"corpus      {documents.Corpus}");

        using var run = RunFolder.Create(Path.Combine(DemoHome.Folder, "run"));
        await using var ledger = await LocalLedger.StartAsync(options.SlotDuration, options.RpcPort, time, cancellationToken);
        view.Say(string.Create(
            CultureInfo.InvariantCulture, $"ledger      {ledger.Endpoint}, slots of {options.SlotDuration.TotalMilliseconds} ms"));
        await using var content = await ContentHost.StartAsync(documents.Store.Blocks, IPAddress.Loopback, port: 0, cancellationToken);
        var chain = new DemoChain(ledger.Client, await DeployAsync(ledger, documents, cancellationToken));
        view.Say($"task        {chain.Task.Task}, {chain.Task.BountyPerRound} a round");

        var box = await TaskSandbox.ProbeAsync(time, cancellationToken);
        var nodes = await StartNodesAsync(
            new DemoNetwork(ledger, content.Endpoint, chain.Task.Task, box.Sandbox, PollInterval, time), box.Summary, run, cancellationToken);
        try
        {
            var coverage = await WatchAsync(chain, nodes, documents.Plan, cancellationToken);
            documents.PublishIndex(await MergeAsync(coverage, nodes, run, cancellationToken));
            await StopAsync(nodes);
            return await ReportAsync(ledger, chain, nodes, coverage, documents, began, cancellationToken);
        }
        finally
        {
            await StopAsync(nodes);
        }
    }

    private static Task StopAsync(ImmutableArray<DemoNodeHost> nodes) =>
        Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));

    private async Task<TaskInfo> DeployAsync(
        LocalLedger ledger, DemoDocuments documents, CancellationToken cancellationToken)
    {
        var store = documents.Store.Blocks;
        var bundle = FolderImporter.Import(DemoBundles.Honest, store, UnixFsProfile.V1Of2025, cancellationToken);
        var indexing = await documents.MeasureIndexingAsync(time, cancellationToken);
        var timing = DemoTiming.For(options.SlotDuration, indexing / options.Rounds);
        var creator = await ledger.CreateFundedKeyAsync(CreatorFunds, cancellationToken);
        return await new TaskDeployer(ledger.Client, ledger.Sender, LocalLedger.NewSeed).DeployAsync(
            creator,
            new TaskPlan
            {
                Name = "Document index",
                Description = "A full-text index of documents, built in audited rounds",
                Executable = bundle.Root.ToString(),
                Metadata = CorpusFiles.PublishMetadata(store, documents.Corpus, FirstRound, options.Rounds).ToString(),
                Variables = "class=A;fallback=equal",
                InitialBounty = BountyPerRound,
                FurtherBounty = BountyPerRound * (ulong)(options.Rounds + MaxAddedRounds),
                BountyPerRound = BountyPerRound,
                RoundTime = timing.RoundTime,
                SubmissionWindow = timing.SubmissionWindow,
                AuditWindow = timing.AuditWindow,
                MinimumStake = Stake,
                AllowedFailedDistributions = 3,
                SpaceBytes = 1_000_000,
            },
            cancellationToken);
    }

    private async Task<ImmutableArray<DemoNodeHost>> StartNodesAsync(
        DemoNetwork network, string sandbox, RunFolder run, CancellationToken cancellationToken)
    {
        // The cheaters are the last ones. Only the demo knows: a node has a name and keys like any other.
        var starts = Enumerable.Range(1, options.Nodes).Select(number => DemoNodeHost.StartAsync(
            $"node {number}",
            number > options.Nodes - options.Cheaters,
            NodeFunds,
            network,
            Path.Combine(run.Path, $"node-{number}"),
            cancellationToken)).ToList();
        try
        {
            ImmutableArray<DemoNodeHost> nodes = [.. await Task.WhenAll(starts)];
            view.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"nodes       {nodes.Length}, each with {Stake} at stake; {options.Cheaters} will cheat"));
            view.Say($"box         {sandbox}");
            return nodes;
        }
        catch
        {
            foreach (var start in starts.Where(start => start.IsCompletedSuccessfully))
            {
                await (await start).DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Shows the network at work until the index is whole, every round is paid, and every reward is claimed.</summary>
    private async Task<ShardCoverage> WatchAsync(
        DemoChain chain, ImmutableArray<DemoNodeHost> nodes, CorpusPlan plan, CancellationToken cancellationToken)
    {
        var dealt = new DealtRounds(FirstRound, options.Rounds);
        var happenings = new DemoHappenings(nodes, view);
        using var ticks = new PeriodicTimer(WatchInterval, time);
        do
        {
            foreach (var node in nodes.Where(node => node.Completion.IsCompleted))
            {
                // A node that ended by itself has failed, and its failure says how.
                await node.Completion;
            }

            await chain.RefreshAsync(cancellationToken);
            var coverage = ShardCoverage.Of(plan.Shards.Length, dealt, [.. chain.Rounds]);
            happenings.Tell(chain);
            view.Show(DemoSnapshots.Take(chain, nodes, coverage));
            if (coverage.IsComplete && chain.IsSettled && chain.Task.AvailableBalances.Values.All(amount => amount == Lamports.Zero))
            {
                return coverage;
            }

            if (chain.Current.Value > FirstRound.Value + (ulong)(options.Rounds + MaxAddedRounds))
            {
                throw new PondException(
                    "check-failed",
                    $"After {chain.Current} rounds {coverage.Shards - coverage.Covered.Count} of {coverage.Shards} shards have no accepted submission.",
                    "This machine may be too slow for its rounds: try longer slots with --slot-ms, or fewer nodes.");
            }
        }
        while (await ticks.WaitForNextTickAsync(cancellationToken));
        throw new System.Diagnostics.UnreachableException("The timer is stopped only by its end.");
    }

    /// <summary>Fetches an accepted segment of each shard from the nodes, and puts them together.</summary>
    private async Task<ReadOnlyMemory<byte>> MergeAsync(
        ShardCoverage coverage, ImmutableArray<DemoNodeHost> nodes, RunFolder run, CancellationToken cancellationToken)
    {
        using var store = new ContentStore(Path.Combine(run.Path, "merge"));
        using var peers = new PeerBlockSource(
            store.Blocks, () => [.. nodes.Select(node => node.Address)], new PeerBlockSourceOptions { AllowsPrivateAddresses = true }, time);
        var segments = new List<Segment>();
        foreach (var (shard, submissions) in coverage.Covered)
        {
            var path = ContentPath.Parse($"{submissions[0].Cid}/{SegmentFile.NameOf(shard)}");
            var file = (await new PathResolution(path).RunAsync(peers, cancellationToken)).Target;
            await peers.FetchDagAsync(file, new DagFetchLimits(), cancellationToken);
            await using var stream = UnixFsReader.Open(store.Blocks, file);
            segments.Add(Segment.Open(stream));
        }

        return SegmentMerger.Merge(segments);
    }

    private async Task<DemoReport> ReportAsync(
        LocalLedger ledger,
        DemoChain chain,
        ImmutableArray<DemoNodeHost> nodes,
        ShardCoverage coverage,
        DemoDocuments documents,
        long began,
        CancellationToken cancellationToken)
    {
        await chain.RefreshAsync(cancellationToken);
        var books = new List<DemoNode>();
        foreach (var node in nodes)
        {
            books.Add(await DemoBooks.CloseAsync(ledger.Client, chain, node.Participant, cancellationToken));
        }

        var conservation = await ledger.Client.GetConservationAsync(cancellationToken);
        var checks = new List<DemoCheck>(DemoChecks.Of(chain, books, conservation, coverage));
        if (options.Verify)
        {
            checks.Add(await documents.CompareAsync(cancellationToken));
        }

        return new DemoReport
        {
            Task = chain.Task.Task,
            Corpus = documents.ToReport(),
            Audit = DemoChecks.AuditOf(chain, coverage, documents.Plan),
            Rounds = [.. chain.Worked.Select(round => DemoBooks.ToLine(round, coverage.Rounds[(int)round.Round.Value].Pending.Count))],
            Nodes = [.. books],
            Conservation = new DemoConservation(conservation.InitialSupply, conservation.Total, conservation.BurntFees),
            Index = documents.Index.ToString(),
            Checks = [.. checks],
            Searches = documents.Search(ExampleQueries),
            Seconds = time.GetElapsedTime(began).TotalSeconds,
        };
    }
}
