using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DocumentIndex;
using Pond.Cli.Search;
using Pond.Client.Content;
using Pond.Client.Deployment;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Content;
using Pond.Server.LocalNetworks;
using Pond.Store;
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

    /// <summary>How many rounds may be added for shards that nobody's accepted submission covers, before the demo gives up.</summary>
    private const int MaxAddedRounds = 20;

    internal async Task<DemoReport> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        var began = time.GetTimestamp();
        var folder = Path.GetFullPath(options.Folder ?? SdkDocumentation.FindFolder());
        var scan = CorpusScanner.Scan(folder);
        var plan = scan.Plan;
        var sizeBytes = plan.Files.Sum(file => (long)file.SizeBytes);
        view.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"documents   {plan.Documents:N0} in {plan.Files.Length:N0} files, {sizeBytes / 1e6:F1} MB, {plan.Shards.Length} shards{Skipped(scan)}: {folder}"));

        using var store = new ContentStore(DemoHome.StoreFolder);
        using var run = RunFolder.Create(Path.Combine(DemoHome.Folder, "run"));
        var corpus = CorpusFiles.Publish(store.Blocks, folder, plan, cancellationToken);
        view.Say($"corpus      {corpus.Cid}");

        var nodes = ImmutableArray<DemoNodeHost>.Empty;
        await using var ledger = await LocalLedger.StartAsync(options.SlotDuration, options.RpcPort, time, cancellationToken);
        view.Say($"ledger      {ledger.Endpoint}, slots of {options.SlotDuration.TotalMilliseconds:F0} ms");
        await using var content = await ContentHost.StartAsync(store.Blocks, port: 0, time, cancellationToken);

        var chain = new DemoChain(ledger.Client, await DeployAsync(ledger, store, corpus.Cid, sizeBytes, cancellationToken));
        view.Say($"task        {chain.Task.Task}, a bounty of {chain.Task.TotalBounty}, {chain.Task.BountyPerRound} a round");
        try
        {
            nodes = await StartNodesAsync(ledger, content, chain.Task, run, cancellationToken);
            var coverage = await WatchAsync(chain, nodes, plan, cancellationToken);
            var segment = await MergeAsync(coverage, nodes, run, cancellationToken);
            var index = PublishedIndex.Publish(store.Blocks, segment, corpus);
            store.Pin(index, "merged index");
            foreach (var node in nodes)
            {
                await node.StopAsync(cancellationToken);
            }

            await chain.RefreshAsync(cancellationToken);
            return await ReportAsync(ledger, chain, nodes, scan, folder, corpus.Cid, store, index, began, cancellationToken);
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }
}
