using System.Net;
using System.Text.Json.Nodes;
using DocumentIndex;
using Pond.Cli.Demo;
using Pond.Cli.Search;
using Pond.Primitives;
using Pond.Server.Content;
using Xunit.Abstractions;

namespace Pond.EndToEnd.Tests;

/// <summary>The samples on five nodes that are processes of their own, for ten rounds; one of the nodes lies whenever it is selected to write the list.</summary>
[Trait("Length", "Long")]
public sealed class SampleTests(ITestOutputHelper output)
{
    private const int Liar = 4;
    private const int Rounds = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(12);

    [Fact]
    public async Task The_uptime_monitors_answers_are_stamped_and_audited_and_a_lying_leaders_list_is_replaced()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        await using var network = await StartAsync("UptimeMonitor", "LIE_IN=uptime", patience.Token);

        await RunRoundsAsync(network, patience.Token);

        using var http = new HttpClient();
        for (var node = 0; node < network.Count; node++)
        {
            var seen = JsonNode.Parse(await http.GetStringAsync(new Uri(network.AddressOf(node), "uptime"), patience.Token))!.AsObject();
            Assert.Equal(network.Count - 1, seen.Count);
            using var status = await http.GetAsync(new Uri(network.AddressOf(node), "status"), patience.Token);
            Assert.Equal(HttpStatusCode.OK, status.StatusCode);
        }
    }

    [Fact]
    public async Task The_key_value_stores_nodes_replicate_their_records_and_a_lying_leaders_list_is_replaced()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        await using var network = await StartAsync("KeyValueStore", "LIE_IN=key-value", patience.Token);
        using var http = new HttpClient();
        await UntilAsync(
            async () => (await http.PutAsync(new Uri(network.AddressOf(0), "records/pond"), new StringContent("deep"), patience.Token)).IsSuccessStatusCode,
            patience.Token);

        await RunRoundsAsync(network, patience.Token);

        for (var node = 0; node < network.Count; node++)
        {
            Assert.Equal("deep", await http.GetStringAsync(new Uri(network.AddressOf(node), "records/pond"), patience.Token));
        }
    }

    [Fact]
    public async Task The_documents_are_indexed_and_a_lying_leaders_list_is_replaced()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var folder = new TemporaryFolder();
        using var store = new ContentStore(folder.Path);
        var documents = SdkDocumentation.FindFolder();
        var plan = CorpusScanner.Scan(documents).Plan;
        var corpus = CorpusFiles.Publish(store.Blocks, documents, plan, patience.Token);
        // Each round has three shards, so six pieces of work for five nodes.
        var metadata = CorpusFiles.PublishMetadata(store.Blocks, corpus.Cid, new Round(1), plan.Shards.Length / 3);
        await using var content = await ContentHost.StartAsync(store.Blocks, IPAddress.Loopback, port: 0, patience.Token);
        await using var network = await StartAsync("DocumentIndex", "LIE_IN=documents", patience.Token, metadata.ToString(), content.Endpoint);

        await RunRoundsAsync(network, patience.Token);
    }

    private static async Task<NodeNetwork> StartAsync(
        string sample, string lie, CancellationToken cancellationToken, string? metadata = null, Uri? gateway = null)
    {
        var network = await NodeNetwork.StartAsync(nodes: 5, slotMs: 60, roundTime: 120, cancellationToken, metadata, gateway);
        for (var node = 0; node < network.Count; node++)
        {
            network.Start(node, node == Liar ? "LyingLeader" : sample, node == Liar ? lie : "");
        }

        return network;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                if (await isSo())
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // The node is still starting.
            }
        }
    }

    /// <summary>Ten rounds are paid to all five, and in one of them another node wrote the list after the liar's was rejected.</summary>
    private async Task RunRoundsAsync(NodeNetwork network, CancellationToken cancellationToken)
    {
        var (paid, replaced) = (0, 0);
        try
        {
            for (var round = new Round(0); paid < Rounds || replaced == 0; round += 1)
            {
                if (await network.WaitForRoundAsync(round, cancellationToken) is not { } info)
                {
                    continue;
                }

                output.WriteLine($"round {round}: {info.Submissions.Count} submissions, {info.Payout} in attempt {info.Attempt}, {info.Rewards.Count} paid");
                Assert.Empty(info.Slashes);
                paid += info.Rewards.Count == network.Count ? 1 : 0;
                // The liar's list pays nobody else, so a further attempt that pays others was another node's.
                replaced += info.Attempt > 0 && info.Rewards.Count > 1 ? 1 : 0;
            }
        }
        catch (OperationCanceledException)
        {
            for (var node = 0; node < network.Count; node++)
            {
                output.WriteLine($"node {node}:\n{network.ErrorsOf(node)}");
            }

            Assert.Fail($"{paid} rounds were paid to all, and {replaced} lists replaced.");
        }
    }
}
