using System.Collections.Immutable;
using System.Net;
using Pond.Client.Content;
using Pond.Contracts.Pinning;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Content;
using Pond.Server.Content.Pinning;
using Pond.Server.Nodes;
using Pond.Server.Tasks;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Ledger;
using Pond.Store.Retention;

namespace Pond.Server.Tests.Nodes;

/// <summary>Content of a running node: what its task adds, who gets it, and when it goes.</summary>
public sealed class NodeContentTests
{
    [Fact]
    public async Task What_a_task_adds_is_kept_here_and_in_its_storage_and_goes_from_both_some_rounds_past_its_payout()
    {
        using var folder = new TemporaryFolder();
        using var kept = new ContentStore(folder.At("storage"));
        await using var service = new PinningService(
            kept, new() { Users = [new("ann", "good")], Fetching = new() { AllowsPrivateAddresses = true } }, TimeProvider.System);
        await using var storage = await TestServer.StartAsync(app => app.MapPinningService(service));
        using var metadata = new ContentStore(folder.At("metadata"));
        await using var creator = await TestServer.StartAsync(app => app.MapGateway(new LocalBlockSource(metadata.Blocks), new GatewayOptions()));
        await File.WriteAllTextAsync(folder.At("metadata.json"), $$"""{"storage":"{{storage.Address}}"}""");
        var root = FolderImporter.Import(folder.At("metadata.json"), metadata.Blocks, Store.UnixFs.UnixFsProfile.V1Of2025, CancellationToken.None).Root;
        await using var network = await LocalNetwork.StartAsync("bafkqaaa", root.ToString());
        var (node, services) = await RunAsync(network, options => options with
        {
            ContentSources = [creator.Address],
            PinningServices = new Dictionary<Uri, string> { [storage.Address] = "good" }.ToImmutableDictionary(),
            Retention = new RoundRetention(RoundsPastPayout: 0),
        });
        using var client = new PinningServiceClient(storage.Address, "good", TimeProvider.System);

        var added = node.Status.Round;
        var cid = await services.AddContentAsync(WriteFile(folder, 1000), "a proof", CancellationToken.None);

        var request = Assert.Single((await client.ListAsync(new() { Statuses = RemotePinStates.All }, CancellationToken.None)).Results);
        await client.WaitAsync(request.RequestId, TimeSpan.FromMilliseconds(5), CancellationToken.None);
        Assert.Equal(cid, Assert.Single(kept.Pins).Root.ToString());
        var address = new Uri(node.Address, $"/ipfs/{cid}?format=raw");
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(address));

        await network.UntilAsync("The end of the proof", async () => await StatusOfAsync(address) is HttpStatusCode.NotFound);
        Assert.True(node.Status.Round >= added + (RoundRetention.PayoutAfterRounds + network.Task.AllowedFailedDistributions));
        await network.UntilAsync("The end of the proof in the storage", () => Task.FromResult(kept.Pins.Count == 0));
    }

    [Fact]
    public async Task A_task_keeps_no_more_than_its_quota()
    {
        using var folder = new TemporaryFolder();
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        var (_, services) = await RunAsync(network, options => options with { MaxTaskBytes = 1500 });
        await services.AddContentAsync(WriteFile(folder, 1000), "small", CancellationToken.None);

        var refused = await Assert.ThrowsAsync<PondException>(
            async () => await services.AddContentAsync(WriteFile(folder, 1001), "large", CancellationToken.None));

        Assert.Equal("quota-exceeded", refused.Code);
    }

    [Fact]
    public async Task Strangers_get_what_is_pinned_and_not_more_often_than_the_operator_allows()
    {
        using var folder = new TemporaryFolder();
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        var (node, services) = await RunAsync(
            network, options => options with { ServesOnlyPinned = true, RequestsPerSecond = 0.01 });
        var cid = await services.AddContentAsync(WriteFile(folder, 1000), "proof", CancellationToken.None);
        var address = new Uri(node.Address, $"/ipfs/{cid}?format=raw");

        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(address));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusOfAsync(address));
    }

    [Fact]
    public async Task A_staking_key_of_the_ledger_may_upload_and_an_ordinary_one_may_not()
    {
        using var folder = new TemporaryFolder();
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        await RunAsync(network, options => options);
        using var store = new ContentStore(folder.At("store"));
        var time = TimeProvider.System;
        await using var server = await TestServer.StartAsync(app => app.MapUploads(store, UploadOptions.OfLedger(network.Ledger.Client), time));
        using var client = new StorageClient(server.Address, time);

        Task<Store.Cid> UploadAsync(Keypair key) => client.UploadAsync(WriteFile(folder, 1000), key, $"{network.Task.Task}", "1", CancellationToken.None);

        // The ledger confirms a stake some slots after the node has seen it.
        await network.UntilAsync("The stake", async () => await network.Ledger.Client.GetAccountInfoAsync(
            LocalLedger.KeyOf("staking ann").PublicKey, Contracts.Rpc.Commitment.Confirmed, CancellationToken.None) is not null);
        var cid = await UploadAsync(LocalLedger.KeyOf("staking ann"));
        var refused = await Assert.ThrowsAsync<PondException>(() => UploadAsync(LocalNetwork.OperatorOf("ann")));

        Assert.Equal(cid, Assert.Single(store.Pins).Root);
        Assert.Equal("upload-refused", refused.Code);
    }

    private static async Task<(RunningNode Node, ITaskServices Services)> RunAsync(
        LocalNetwork network, Func<NodeHostOptions, NodeHostOptions> change)
    {
        var started = new TaskCompletionSource<ITaskServices>(TaskCreationOptions.RunContinuationsAsynchronously);
        var setup = await network.SetUpAsync("ann");
        var node = await network.RunAsync(new NodeSetup(change(setup.Node), setup.Task with
        {
            StartTask = (services, _, _) =>
            {
                started.TrySetResult(services);
                return Task.FromResult<ITaskRunner>(new IdleRunner());
            },
        }));
        return (node, await started.Task);
    }

    private static string WriteFile(TemporaryFolder folder, int sizeBytes)
    {
        var path = folder.At($"file-{sizeBytes}");
        File.WriteAllBytes(path, new byte[sizeBytes]);
        return path;
    }

    private static async Task<HttpStatusCode> StatusOfAsync(Uri address)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(address);
        return response.StatusCode;
    }

    /// <summary>A task that does nothing in any phase.</summary>
    private sealed class IdleRunner : ITaskRunner
    {
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Ended => _ended.Task;

        public Task<PhaseOutcome> CallAsync(
            Primitives.Tasks.TaskPhase phase, Round round, bool isPreviousRoundFailed, CancellationToken cancellationToken) =>
            Task.FromResult(new PhaseOutcome(true, null));

        public ValueTask DisposeAsync()
        {
            _ended.TrySetResult("It was stopped.");
            return ValueTask.CompletedTask;
        }
    }
}
