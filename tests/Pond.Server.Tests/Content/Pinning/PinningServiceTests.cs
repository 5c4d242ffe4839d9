using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Pond.Client.Content;
using Pond.Contracts.Pinning;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Content.Pinning;
using Pond.Store;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Server.Tests.Content.Pinning;

public sealed class PinningServiceTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryBlockStore _origin = new();
    private ContentStore _store = null!;
    private StoreHost _host = null!;
    private TestServer _gateway = null!;
    private PinningServiceClient _ada = null!;
    private PinningServiceClient _bob = null!;

    public async Task InitializeAsync()
    {
        _gateway = await TestServer.StartAsync(app => app.MapGateway(new LocalBlockSource(_origin), new GatewayOptions()));
        _store = new(_folder.Root, new() { MaxBytesByOwner = new Dictionary<string, long>(StringComparer.Ordinal) { ["bob"] = 5_000 } });
        _host = await StoreHost.StartAsync(
            _store,
            new StoreHostOptions
            {
                GatewayPort = 0,
                RpcPort = 0,
                PinningPort = 0,
                PinningUsers = [new("ada", "ada's token"), new("bob", "bob's token") { MaxRequests = 2 }],
                Fetching = new() { AllowsPrivateAddresses = true },
            },
            TimeProvider.System,
            CancellationToken.None);
        _ada = new(_host.PinningEndpoint!, "ada's token", TimeProvider.System);
        _bob = new(_host.PinningEndpoint!, "bob's token", TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _ada.Dispose();
        _bob.Dispose();
        await _host.DisposeAsync();
        await _gateway.DisposeAsync();
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Content_is_fetched_from_its_origin_pinned_and_kept_through_a_collection()
    {
        var root = AddToOrigin(seed: 1, size: 100_000);

        var asked = await _ada.AddAsync(Wish(root) with { Name = "mine", Meta = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "x" } }, default);
        var done = await _ada.WaitAsync(asked.RequestId, Look, default);

        Assert.Equal(RemotePinStates.Pinned, done.Status);
        Assert.Equal("mine", done.Pin.Name);
        Assert.StartsWith($"{HttpMultiaddr.Of(_host.GatewayEndpoint)}/p2p/", Assert.Single(done.Delegates), StringComparison.Ordinal);
        _store.CollectGarbage(CancellationToken.None);
        using var content = UnixFsReader.Open(_store.Blocks, root);
        Assert.Equal(100_000, content.Length);
        Assert.Equal("ada", Assert.Single(_store.Pins).Owner);
    }

    [Fact]
    public async Task A_removed_wish_lets_the_content_go()
    {
        var done = await PinAsync(_ada, AddToOrigin(seed: 1, size: 1000));

        await _ada.RemoveAsync(done.RequestId, default);

        Assert.Empty(_store.Pins);
        Assert.Equal("pinning-refused", (await Assert.ThrowsAsync<PondException>(() => _ada.GetAsync(done.RequestId, default))).Code);
    }

    [Fact]
    public async Task A_replaced_wish_gets_a_new_id_and_lets_the_old_content_go_when_the_new_is_there()
    {
        var (before, after) = (AddToOrigin(seed: 1, size: 1000), AddToOrigin(seed: 2, size: 1000));
        var first = await PinAsync(_ada, before);

        var second = await _ada.ReplaceAsync(first.RequestId, Wish(after), default);
        await _ada.WaitAsync(second.RequestId, Look, default);

        Assert.NotEqual(first.RequestId, second.RequestId, StringComparer.Ordinal);
        Assert.Equal(after, Assert.Single(_store.Pins).Root);
        Assert.Equal([second.RequestId], (await _ada.ListAsync(new(), default)).Results.Select(status => status.RequestId), StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_nobody_has_fails_with_the_reason()
    {
        var asked = await _ada.AddAsync(new RemotePin { Cid = Block.Create(1, Multicodec.Raw, new byte[] { 1, 2 }).Cid.ToString() }, default);

        var done = await _ada.WaitAsync(asked.RequestId, Look, default);

        Assert.Equal(RemotePinStates.Failed, done.Status);
        Assert.StartsWith("block-missing", done.Info!["status_details"], StringComparison.Ordinal);
        Assert.Equal(0, (await _ada.ListAsync(new(), default)).Count);
        Assert.Equal(1, (await _ada.ListAsync(new() { Statuses = [RemotePinStates.Failed] }, default)).Count);
    }

    [Fact]
    public async Task A_user_keeps_no_more_than_his_quota_of_bytes_and_of_wishes()
    {
        var large = await _bob.AddAsync(Wish(AddToOrigin(seed: 1, size: 10_000)), default);
        Assert.StartsWith("quota-exceeded", (await _bob.WaitAsync(large.RequestId, Look, default)).Info!["status_details"], StringComparison.Ordinal);
        Assert.Equal(RemotePinStates.Pinned, (await PinAsync(_bob, AddToOrigin(seed: 2, size: 4_000))).Status);

        var refused = await Assert.ThrowsAsync<PondException>(() => _bob.AddAsync(Wish(AddToOrigin(seed: 3, size: 10)), default));

        Assert.Contains("409", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_see_neither_strangers_wishes_nor_anything_without_their_token()
    {
        var hers = await PinAsync(_ada, AddToOrigin(seed: 1, size: 100));

        await Assert.ThrowsAsync<PondException>(() => _bob.GetAsync(hers.RequestId, default));
        await Assert.ThrowsAsync<PondException>(() => _bob.RemoveAsync(hers.RequestId, default));
        Assert.Equal(0, (await _bob.ListAsync(new(), default)).Count);
        using var stranger = new PinningServiceClient(_host.PinningEndpoint!, "a guess", TimeProvider.System);
        Assert.Equal("pinning-denied", (await Assert.ThrowsAsync<PondException>(() => stranger.ListAsync(new(), default))).Code);
        Assert.Single(_store.Pins);
    }

    [Fact]
    public async Task Wishes_survive_a_restart_and_those_that_waited_are_fulfilled()
    {
        var root = AddToOrigin(seed: 1, size: 1000);
        await _host.DisposeAsync();
        using (var table = new PinRequestTable(_folder.At("pinning.db")))
        {
            table.Add(new("waiting", "ada", root, DateTimeOffset.UnixEpoch, Wish(root)) { Status = RemotePinStates.Pinning });
        }

        await using var service = new PinningService(
            _store,
            new() { Users = [new("ada", "token")], Fetching = new() { AllowsPrivateAddresses = true } },
            TimeProvider.System);
        await using var server = await TestServer.StartAsync(app => app.MapPinningService(service));
        using var client = new PinningServiceClient(server.Address, "token", TimeProvider.System);

        Assert.Equal(RemotePinStates.Pinned, (await client.WaitAsync("waiting", Look, default)).Status);
    }

    [Theory]
    [InlineData("name=b", "b")]
    [InlineData("name=B", "")]
    [InlineData("name=B&match=iexact", "b")]
    [InlineData("name=a&match=partial", "a1,a2")]
    [InlineData("name=A&match=ipartial", "a1,a2")]
    [InlineData("meta=%7B%22n%22%3A%222%22%7D", "a2")]
    [InlineData("after=1970-01-01T00:00:02Z", "b")]
    [InlineData("before=1970-01-01T00:00:02Z", "a1")]
    [InlineData("status=queued", "")]
    [InlineData("status=queued,pinned", "a1,a2,b")]
    [InlineData("limit=1", "b")]
    public async Task Filters_choose_by_name_meta_time_and_status(string query, string expected)
    {
        await _host.DisposeAsync();
        using (var table = new PinRequestTable(_folder.At("pinning.db")))
        {
            foreach (var (name, second) in new[] { ("a1", 1), ("a2", 2), ("b", 3) })
            {
                table.Add(new(name, "ada", AddToOrigin(1, 10), DateTimeOffset.FromUnixTimeSeconds(second), new RemotePin
                {
                    Cid = AddToOrigin(1, 10).ToString(),
                    Name = name,
                    Meta = new Dictionary<string, string>(StringComparer.Ordinal) { ["n"] = $"{second}" },
                })
                { Status = RemotePinStates.Pinned });
            }
        }

        await using var service = new PinningService(_store, new() { Users = [new("ada", "t")] }, TimeProvider.System);
        await using var server = await TestServer.StartAsync(app => app.MapPinningService(service));
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "t");

        var answer = JsonDocument.Parse(await server.Http.GetStringAsync(new Uri($"/pins?{query}", UriKind.Relative))).RootElement;

        var names = answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("pin").GetProperty("name").GetString());
        Assert.Equal(expected, string.Join(',', names.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("GET", "/pins?limit=0", "", 400)]
    [InlineData("GET", "/pins?limit=1001", "", 400)]
    [InlineData("GET", "/pins?cid=what", "", 400)]
    [InlineData("GET", "/pins?status=lost", "", 400)]
    [InlineData("GET", "/pins?match=fuzzy", "", 400)]
    [InlineData("GET", "/pins?before=soon", "", 400)]
    [InlineData("GET", "/pins?meta=%5B1%5D", "", 400)]
    [InlineData("POST", "/pins", "{\"cid\":\"what\"}", 400)]
    [InlineData("POST", "/pins", "{}", 400)]
    [InlineData("POST", "/pins", "null", 400)]
    [InlineData("POST", "/pins", "not json", 400)]
    [InlineData("POST", "/pins/unknown", "{\"cid\":\"bafkqaaa\"}", 404)]
    [InlineData("GET", "/pins/unknown", "", 404)]
    [InlineData("DELETE", "/pins/unknown", "", 404)]
    [InlineData("PUT", "/pins", "", 405)]
    [InlineData("DELETE", "/pins", "", 405)]
    public async Task What_makes_no_sense_is_refused_in_the_form_of_the_specification(string method, string path, string body, int status)
    {
        using var http = new HttpClient { BaseAddress = _host.PinningEndpoint };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "ada's token");
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

        using var response = await http.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        var failure = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.False(string.IsNullOrEmpty(failure.GetProperty("reason").GetString()));
    }

    [Theory]
    [InlineData("/ip4/192.0.2.1/tcp/8080/http", "http://192.0.2.1:8080/")]
    [InlineData("/dns4/example.org/tcp/443/https", "https://example.org/")]
    [InlineData("/dns/example.org/tcp/8443/tls/http", "https://example.org:8443/")]
    [InlineData("/ip6/::1/tcp/80/http", "http://[::1]/")]
    [InlineData("/ip4/192.0.2.1/tcp/8080/http/p2p/12D3KooW", "http://192.0.2.1:8080/")]
    [InlineData("/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW", null)]
    [InlineData("/ip4/192.0.2.1/tcp/8080", null)]
    [InlineData("/ip4/host/tcp/80/http", null)]
    [InlineData("/ip4/192.0.2.1/udp/80/quic", null)]
    [InlineData("http://192.0.2.1/", null)]
    public void Origins_are_read_where_they_are_of_http(string text, string? expected)
    {
        Assert.Equal(expected is not null, HttpMultiaddr.TryParse(text, out var address));
        Assert.Equal(expected, address?.AbsoluteUri);
    }

    private async Task<RemotePinStatus> PinAsync(PinningServiceClient client, Cid root) =>
        await client.WaitAsync((await client.AddAsync(Wish(root), default)).RequestId, Look, default);

    private RemotePin Wish(Cid root) => new() { Cid = root.ToString(), Origins = [HttpMultiaddr.Of(_gateway.Address)] };

    private Cid AddToOrigin(uint seed, int size) =>
        FileBuilder.Add(GeneratedStream.XorShift32(seed, size), _origin, UnixFsProfile.V1Of2025 with { ChunkBytes = 3000 }).Cid;
}
