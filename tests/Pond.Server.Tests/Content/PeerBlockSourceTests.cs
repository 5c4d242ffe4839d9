using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Pond.Client.Content;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Content.Rpc;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.Dag;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Server.Tests.Content;

public sealed class PeerBlockSourceTests : IAsyncLifetime
{
    private static readonly PeerBlockSourceOptions Local = new() { AllowsPrivateAddresses = true };

    private readonly MemoryBlockStore _theirs = new();
    private readonly MemoryBlockStore _ours = new();
    private readonly List<TestServer> _servers = [];
    private readonly ConcurrentQueue<string> _asked = new();
    private Cid _root;

    public Task InitializeAsync()
    {
        _root = FileBuilder.Add(GeneratedStream.XorShift32(5, 10_000), _theirs, UnixFsProfile.V1Of2025 with { ChunkBytes = 100, MaxLinks = 10 }).Cid;
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Content_comes_whole_from_a_good_peer_among_bad_ones()
    {
        Uri[] peers =
        [
            await StartAsync("lying", context => context.Response.WriteAsync("lies", context.RequestAborted)),
            await StartAsync("truncating", TruncateAsync),
            await StartAsync("endless", SendWithoutEndAsync),
            await StartAsync("redirecting", context =>
            {
                context.Response.Redirect("/elsewhere");
                return Task.CompletedTask;
            }),
            await StartAsync("failing", context =>
            {
                context.Response.StatusCode = 503;
                return Task.CompletedTask;
            }),
            await DeadAsync(),
            await GoodAsync(),
        ];
        using var source = new PeerBlockSource(_ours, () => peers, Local, TimeProvider.System);

        var fetched = await source.FetchDagAsync(_root, new DagFetchLimits(), CancellationToken.None);

        Assert.Equal(new FetchedDag(_theirs.Count, _theirs.TotalBytes), fetched);
        Assert.Equal(_theirs.Count, _ours.Count);
        new DagWalk(_root).Run(_ours);
        Assert.DoesNotContain("elsewhere", string.Concat(_asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_lied_is_not_asked_again_while_another_has_the_block()
    {
        Uri[] peers = [await StartAsync("lying", context => context.Response.WriteAsync("lies", context.RequestAborted)), await GoodAsync()];
        using var source = new PeerBlockSource(_ours, () => peers, Local, TimeProvider.System);

        await source.FetchDagAsync(_root, new DagFetchLimits { Parallelism = 1 }, CancellationToken.None);

        Assert.Single(_asked, who => who.StartsWith("lying", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slow_peer_is_helped_out_by_the_next_one_and_ended_when_that_has_answered()
    {
        var time = new SignallingTimeProvider();
        var ended = new TaskCompletionSource();
        Uri[] peers =
        [
            await StartAsync("slow", async context =>
            {
                await time.FireAsync(Local.HedgeDelay);
                await GoneAsync(context);
                ended.SetResult();
            }),
            await GoodAsync(),
        ];
        using var source = new PeerBlockSource(_ours, () => peers, Local, time);

        var block = await source.GetBlockAsync(_root, CancellationToken.None);

        Assert.Equal(_theirs.Read(_root).ToArray(), block!.Value.ToArray());
        await ended.Task;
    }

    [Fact]
    public async Task A_peer_that_never_answers_is_given_up_after_the_timeout()
    {
        var time = new SignallingTimeProvider();
        Uri[] peers =
        [
            await StartAsync("silent", async context =>
            {
                await time.FireAsync(Local.BlockTimeout);
                await GoneAsync(context);
            }),
        ];
        using var source = new PeerBlockSource(_ours, () => peers, Local, time);

        Assert.Null(await source.GetBlockAsync(_root, CancellationToken.None));
    }

    [Fact]
    public async Task What_is_here_already_is_not_asked_for()
    {
        var good = await GoodAsync();
        using var source = new PeerBlockSource(_ours, () => [good], Local, TimeProvider.System);
        await source.FetchDagAsync(_root, new DagFetchLimits(), CancellationToken.None);
        var before = _asked.Count;
        Assert.True(_ours.Delete(UnixFsReader.Describe(_ours, _root).Links[0].Cid.Hash));

        await source.FetchDagAsync(_root, new DagFetchLimits(), CancellationToken.None);
        await source.GetBlockAsync(Cid.Parse("bafkqaddimvwgy3zao5xxe3debi"), CancellationToken.None);

        Assert.Equal(before + 1, _asked.Count);
    }

    [Fact]
    public async Task A_block_that_changed_on_disk_is_fetched_anew()
    {
        using var folder = new TemporaryFolder();
        using var disk = new DiskBlockStore(folder.Root, new() { MaxSmallBlockBytes = 0 });
        var good = await GoodAsync();
        using var source = new PeerBlockSource(disk, () => [good], Local, TimeProvider.System);
        await source.GetBlockAsync(_root, CancellationToken.None);
        var file = Directory.EnumerateFiles(folder.At("blocks"), "*", SearchOption.AllDirectories).Single();
        File.WriteAllText(file, "damaged");

        var block = await source.GetBlockAsync(_root, CancellationToken.None);

        Assert.Equal(_theirs.Read(_root).ToArray(), block!.Value.ToArray());
        Assert.Equal(block.Value.ToArray(), File.ReadAllBytes(file));
    }

    [Fact]
    public async Task What_nobody_has_is_missing_by_name()
    {
        var good = await GoodAsync();
        using var source = new PeerBlockSource(_ours, () => [good], Local, TimeProvider.System);
        var unknown = Block.Create(1, Multicodec.Raw, new byte[] { 4, 2 }).Cid;

        Assert.Null(await source.GetBlockAsync(unknown, CancellationToken.None));
        var failure = await Assert.ThrowsAsync<PondException>(() => source.FetchDagAsync(unknown, new DagFetchLimits(), CancellationToken.None));
        Assert.Equal("block-missing", failure.Code);
        Assert.Contains(unknown.ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Private_addresses_are_not_connected_to_unless_the_network_is_local()
    {
        var good = await GoodAsync();
        using var source = new PeerBlockSource(_ours, () => [good], new PeerBlockSourceOptions(), TimeProvider.System);

        Assert.Null(await source.GetBlockAsync(_root, CancellationToken.None));
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task However_many_want_a_block_at_one_time_it_is_asked_for_once()
    {
        var wanted = new TaskCompletionSource();
        var peer = await StartAsync("slow", async context =>
        {
            await wanted.Task;
            await context.Response.Body.WriteAsync(_theirs.Read(_root), context.RequestAborted);
        });
        using var source = new PeerBlockSource(_ours, () => [peer], Local, TimeProvider.System);
        using var gone = new CancellationTokenSource();

        var abandoned = source.GetBlockAsync(_root, gone.Token).AsTask();
        var waiting = Enumerable.Range(0, 8).Select(_ => source.GetBlockAsync(_root, CancellationToken.None).AsTask()).ToList();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        wanted.SetResult();

        Assert.All(await Task.WhenAll(waiting), block => Assert.Equal(_theirs.Read(_root).ToArray(), block!.Value.ToArray()));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task A_peer_that_asks_for_a_pause_gets_it()
    {
        var time = new SignallingTimeProvider();
        var busy = await StartAsync("busy", context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "60";
            return Task.CompletedTask;
        });
        using var source = new PeerBlockSource(_ours, () => [busy], Local, time);

        Assert.Null(await source.GetBlockAsync(_root, CancellationToken.None));
        Assert.Null(await source.GetBlockAsync(_root, CancellationToken.None));

        Assert.Single(_asked);
    }

    [Fact]
    public async Task Cancelling_ends_a_fetch_at_once()
    {
        using var stop = new CancellationTokenSource();
        var peer = await StartAsync("silent", async context =>
        {
            await stop.CancelAsync();
            await GoneAsync(context);
        });
        using var source = new PeerBlockSource(_ours, () => [peer], Local, TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => source.FetchDagAsync(_root, new DagFetchLimits(), stop.Token));
    }

    [Fact]
    public async Task Branches_come_as_cars_from_several_peers_and_what_liars_and_cutters_leave_out_comes_block_by_block()
    {
        var asked = new ConcurrentBag<string>();
        Uri[] peers =
        [
            await StartAsync("lying", context => context.Response.WriteAsync("lies", context.RequestAborted)),
            await StartAsync("truncating", TruncateAsync),
            await StartGoodAsync(asked),
            await StartGoodAsync(asked),
        ];
        using var source = new PeerBlockSource(_ours, () => peers, Local with { MaxPeersAtOnce = 4 }, TimeProvider.System);

        var fetched = await source.FetchDagByCarsAsync(_root, new DagFetchLimits(), CancellationToken.None);

        Assert.Equal(10_000, UnixFsReader.Open(_ours, _root).Length);
        Assert.Equal(await new LocalBlockSource(_theirs).FetchDagAsync(_root, new DagFetchLimits(), CancellationToken.None), fetched);
        Assert.Contains(asked, question => question.Contains("format=car", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_no_peer_has_comes_from_the_source_behind_them()
    {
        var dead = new Uri("http://127.0.0.1:1");
        var good = await GoodAsync();
        using var peers = new PeerBlockSource(_ours, () => [dead], Local, TimeProvider.System);
        using var last = new PeerBlockSource(_ours, () => [good], Local, TimeProvider.System);

        await peers.FetchDagByCarsAsync(_root, new DagFetchLimits(), new ChainedBlockSource(peers, last), CancellationToken.None);

        Assert.Equal(10_000, UnixFsReader.Open(_ours, _root).Length);
    }

    [Fact]
    public async Task A_car_with_blocks_that_nobody_asked_for_ends_there()
    {
        var other = FileBuilder.Add(GeneratedStream.XorShift32(9, 5_000), _theirs, UnixFsProfile.V1Of2025 with { ChunkBytes = 100 }).Cid;
        using var car = new MemoryStream();
        CarFile.Export(_theirs, other, car);
        var pushing = await StartAsync("pushing", async context =>
        {
            if (context.Request.Query["format"] == "car")
            {
                await context.Response.Body.WriteAsync(car.ToArray(), context.RequestAborted);
                return;
            }

            context.Response.StatusCode = 404;
        });
        var good = await GoodAsync();
        using var source = new PeerBlockSource(_ours, () => [pushing, good], Local, TimeProvider.System);

        await source.FetchDagByCarsAsync(_root, new DagFetchLimits(), CancellationToken.None);

        Assert.False(_ours.Contains(other));
        Assert.Equal(10_000, UnixFsReader.Open(_ours, _root).Length);
    }

    [Fact]
    public async Task Blocks_that_are_wanted_at_one_time_are_asked_of_several_peers()
    {
        var (first, second) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());
        Uri[] peers = [await StartGoodAsync(first), await StartGoodAsync(second)];
        using var source = new PeerBlockSource(_ours, () => peers, Local, TimeProvider.System);

        await source.FetchDagAsync(_root, new DagFetchLimits(), CancellationToken.None);

        Assert.NotEmpty(first);
        Assert.NotEmpty(second);
    }

    [Fact]
    public async Task A_kubo_node_is_asked_last_and_believed_when_its_bytes_hash()
    {
        using var folder = new TemporaryFolder();
        using var store = new ContentStore(folder.Root);
        var here = Block.Create(1, Multicodec.Raw, new byte[] { 1, 2, 3 });
        store.Blocks.Put(here);
        await using var rpc = await TestServer.StartAsync(app => app.MapStoreRpc(
            store, new() { Identity = StoreIdentity.Open(folder.Root) }, TimeProvider.System));
        var lying = await StartAsync("lying", context => context.Response.WriteAsync("lies", context.RequestAborted));
        using var peers = new PeerBlockSource(_ours, () => [lying], Local, TimeProvider.System);
        using var liar = new KuboBlockSource(lying, _ours, TimeSpan.FromSeconds(30));
        using var kubo = new KuboBlockSource(rpc.Address, _ours, TimeSpan.FromSeconds(30));
        var chain = new ChainedBlockSource(peers, liar, kubo);

        Assert.Equal(here.Data.ToArray(), (await chain.GetBlockAsync(here.Cid, CancellationToken.None))!.Value.ToArray());
        Assert.True(chain.HasLocal(here.Cid));
        Assert.Null(await chain.GetBlockAsync(Block.Create(1, Multicodec.Raw, new byte[] { 4 }).Cid, CancellationToken.None));
    }

    [Fact]
    public async Task A_node_that_serves_what_it_pins_serves_nothing_else()
    {
        using var folder = new TemporaryFolder();
        using var store = new ContentStore(folder.Root);
        var kept = FileBuilder.Add(GeneratedStream.XorShift32(1, 1000), store.Blocks, UnixFsProfile.V1Of2025 with { ChunkBytes = 100 }).Cid;
        var other = Block.Create(1, Multicodec.Raw, new byte[] { 1, 2, 3 });
        store.Blocks.Put(other);
        var source = new PinnedBlockSource(store);
        Assert.Null(await source.GetBlockAsync(kept, CancellationToken.None));

        store.Pin(kept, "");

        var leaf = UnixFsReader.Describe(store.Blocks, kept).Links[3].Cid;
        Assert.NotNull(await source.GetBlockAsync(leaf, CancellationToken.None));
        Assert.Null(await source.GetBlockAsync(other.Cid, CancellationToken.None));
        Assert.False(source.HasLocal(other.Cid));
        store.Unpin(kept, "");
        Assert.Null(await source.GetBlockAsync(leaf, CancellationToken.None));
    }

    private Task<Uri> GoodAsync() => StartAsync(app =>
    {
        app.Use((context, next) =>
        {
            _asked.Enqueue($"good {context.Request.Path}");
            return next(context);
        });
        app.MapGateway(new LocalBlockSource(_theirs), new GatewayOptions());
    });

    private Task<Uri> StartGoodAsync(ConcurrentBag<string> asked) => StartAsync(app =>
    {
        app.Use((context, next) =>
        {
            asked.Add($"{context.Request.Path}{context.Request.QueryString}");
            return next(context);
        });
        app.MapGateway(new LocalBlockSource(_theirs), new GatewayOptions());
    });

    private Task<Uri> StartAsync(string name, RequestDelegate answer) => StartAsync(app => app.Run(context =>
    {
        _asked.Enqueue($"{name} {context.Request.Path}");
        return answer(context);
    }));

    private async Task<Uri> StartAsync(Action<WebApplication> map)
    {
        var server = await TestServer.StartAsync(map);
        _servers.Add(server);
        return server.Address;
    }

    private static async Task GoneAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private static async Task<Uri> DeadAsync()
    {
        // A port that was free a moment ago: nobody listens there any more.
        var server = await TestServer.StartAsync(_ => { });
        await server.DisposeAsync();
        return server.Address;
    }

    private async Task TruncateAsync(HttpContext context)
    {
        var cid = Cid.Parse(context.Request.Path.Value!.Split('/')[^1]);
        var block = _theirs.Read(cid);
        context.Response.ContentLength = block.Length;
        await context.Response.Body.WriteAsync(block[..(block.Length / 2)], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }

    private static async Task SendWithoutEndAsync(HttpContext context)
    {
        var zeros = new byte[64 * 1024];
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(zeros, context.RequestAborted);
        }
    }
}
