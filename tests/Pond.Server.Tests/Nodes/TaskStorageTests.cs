using System.Collections.Immutable;
using System.Text;
using Pond.Client.Content;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Content.Pinning;
using Pond.Server.Nodes;
using Pond.Server.Tests.Content;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Server.Tests.Nodes;

public sealed class TaskStorageTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryBlockStore _published = new();
    private ContentStore _store = null!;
    private PinningService _service = null!;
    private TestServer _storage = null!;
    private TestServer _gateway = null!;

    public async Task InitializeAsync()
    {
        _store = new(_folder.Root);
        _service = new(_store, new() { Users = [new("ann", "good")], Fetching = new() { AllowsPrivateAddresses = true } }, TimeProvider.System);
        _storage = await TestServer.StartAsync(app => app.MapPinningService(_service));
        _gateway = await TestServer.StartAsync(app => app.MapGateway(new LocalBlockSource(_published), new GatewayOptions()));
    }

    public async Task DisposeAsync()
    {
        await _storage.DisposeAsync();
        await _gateway.DisposeAsync();
        await _service.DisposeAsync();
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_node_without_access_to_the_storage_that_a_task_names_is_told_so_before_it_stakes()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa", Publish($$"""{"storage":"{{_storage.Address}}"}"""));
        var (node, task) = await network.SetUpAsync("ann");
        var setup = new NodeSetup(
            node with { ContentSources = [_gateway.Address] },
            task with { StartTask = (_, _, _) => throw new InvalidOperationException("Nothing is started.") });

        var without = await Assert.ThrowsAsync<PondException>(() => network.RunAsync(setup));
        var refused = await Assert.ThrowsAsync<PondException>(
            () => network.RunAsync(setup with { Node = setup.Node with { PinningServices = Tokens("bad") } }));

        Assert.Equal("storage-access-missing", without.Code);
        Assert.Contains(_storage.Address.AbsoluteUri, without.Message, StringComparison.Ordinal);
        Assert.Equal("storage-access-refused", refused.Code);
        var seen = await network.Ledger.Client.GetTaskAsync(network.Task.Task, Contracts.Rpc.Commitment.Processed, CancellationToken.None);
        Assert.Empty(seen!.Stakes);
    }

    [Fact]
    public async Task Content_of_a_node_with_access_is_kept_by_the_storage()
    {
        var metadata = Publish($$"""{"storage":"{{_storage.Address}}"}""");
        using var storage = await TaskStorage.OpenAsync(metadata, new LocalBlockSource(_published), Tokens("good"), TimeProvider.System, CancellationToken.None);
        var proof = FileBuilder.Add(new MemoryStream([1, 2, 3]), _published, UnixFsProfile.V1Of2025).Cid;

        await storage!.KeepAsync(proof, "proofs", _gateway.Address, CancellationToken.None);

        using var client = new PinningServiceClient(_storage.Address, "good", TimeProvider.System);
        var request = Assert.Single((await client.ListAsync(new() { Statuses = Contracts.Pinning.RemotePinStates.All }, CancellationToken.None)).Results);
        Assert.Equal("pinned", (await client.WaitAsync(request.RequestId, TimeSpan.FromMilliseconds(5), CancellationToken.None)).Status);
        Assert.Equal(proof, Assert.Single(_store.Pins).Root);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("no json")]
    public async Task Metadata_that_names_no_storage_asks_for_none(string metadata) => Assert.Null(await TaskStorage.OpenAsync(
        Publish(metadata), new LocalBlockSource(_published), Tokens("good"), TimeProvider.System, CancellationToken.None));

    [Theory]
    [InlineData("""{"storage":"somewhere"}""")]
    [InlineData("""{"storage":"ftp://host/"}""")]
    [InlineData("""{"storage":7}""")]
    public async Task A_storage_that_is_no_address_is_the_creators_mistake(string metadata) => Assert.Equal(
        "storage-invalid",
        (await Assert.ThrowsAsync<PondException>(() => TaskStorage.OpenAsync(
            Publish(metadata), new LocalBlockSource(_published), Tokens("good"), TimeProvider.System, CancellationToken.None))).Code);

    private ImmutableDictionary<Uri, string> Tokens(string token) =>
        ImmutableDictionary<Uri, string>.Empty.Add(new(_storage.Address.AbsoluteUri.TrimEnd('/')), token);

    private string Publish(string metadata)
    {
        var file = FileBuilder.Add(new MemoryStream(Encoding.UTF8.GetBytes(metadata)), _published, UnixFsProfile.V1Of2025);
        var directory = new DirectoryBuilder();
        directory.Add(TaskMetadata.FileName, file);
        return directory.Build(_published, UnixFsProfile.V1Of2025).Cid.ToString();
    }
}
