using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Pond.Client.Content;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Server.Tests.Content;

public sealed class GatewayTests : IAsyncLifetime
{
    private readonly MemoryBlockStore _store = new();
    private TestServer _server = null!;

    private HttpClient Http => _server.Http;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(app =>
        app.MapGateway(new LocalBlockSource(_store), new GatewayOptions()));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_raw_block_comes_with_its_type_name_and_etag()
    {
        var cid = AddFile("hello world\n"u8.ToArray());

        using var response = await Http.GetAsync(new Uri($"/ipfs/{cid}?format=raw", UriKind.Relative));

        Assert.Equal("hello world\n", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/vnd.ipld.raw", response.Content.Headers.ContentType!.ToString());
        Assert.Equal($"\"{cid}.raw\"", response.Headers.ETag!.ToString());
        Assert.Equal("public, max-age=29030400, immutable", Header(response, "Cache-Control"));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal($"attachment; filename=\"{cid}.bin\"; filename*=UTF-8''{cid}.bin", Header(response, "Content-Disposition"));
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal($"/ipfs/{cid}", Header(response, "X-Ipfs-Path"));
        Assert.Equal($"{cid}", Header(response, "X-Ipfs-Roots"));
    }

    [Fact]
    public async Task The_format_may_be_asked_for_by_accept_and_the_url_wins()
    {
        var cid = AddFile("x"u8.ToArray());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{cid}");
        request.Headers.Add("Accept", "text/plain, application/vnd.ipld.raw;q=0.5");
        using var byAccept = await Http.SendAsync(request);
        using var both = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{cid}?format=car");
        both.Headers.Add("Accept", "application/vnd.ipld.raw");
        using var byUrl = await Http.SendAsync(both);

        Assert.Equal("application/vnd.ipld.raw", byAccept.Content.Headers.ContentType!.MediaType);
        Assert.Equal("application/vnd.ipld.car; version=1; order=dfs; dups=n", byUrl.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task The_probe_is_answered_by_a_store_without_blocks()
    {
        using var raw = await Http.GetAsync(new Uri("/ipfs/bafkqaaa?format=raw", UriKind.Relative));
        using var car = await Http.GetAsync(new Uri("/ipfs/bafkqaaa?format=car", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, 0L), (raw.StatusCode, raw.Content.Headers.ContentLength));
        Assert.Equal(26, (await car.Content.ReadAsByteArrayAsync()).Length);
    }

    [Theory]
    [InlineData("/ipfs/nonsense", 400)]
    [InlineData("/ipfs/", 400)]
    [InlineData("/ipfs/bafkqaaa/x", 404)]
    [InlineData("/ipfs/bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", 404)]
    [InlineData("/ipfs/bafkqaaa?format=tar", 406)]
    [InlineData("/ipfs/bafkqaaa?format=dag-json", 406)]
    [InlineData("/ipfs/bafkqaaa?format=car&dag-scope=some", 400)]
    [InlineData("/ipfs/bafkqaaa?format=car&entity-bytes=9:3", 400)]
    [InlineData("/ipfs/bafkqaaa?format=car&car-version=2", 400)]
    public async Task Requests_that_cannot_be_met_have_the_status_that_says_why(string path, int status)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store", Header(response, "Cache-Control"));
    }

    [Fact]
    public async Task Other_methods_are_refused_and_options_says_which_there_are()
    {
        using var post = await Http.PostAsync(new Uri("/ipfs/bafkqaaa", UriKind.Relative), content: null);
        using var options = await Http.SendAsync(new(HttpMethod.Options, "/ipfs/bafkqaaa"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Contains("GET", post.Content.Headers.Allow, StringComparer.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, options.StatusCode);
        Assert.Equal("GET, HEAD, OPTIONS", Header(options, "Access-Control-Allow-Methods"));
    }

    [Fact]
    public async Task Files_of_a_directory_are_served_under_their_names_decoded_once()
    {
        var root = AddTree("nested");

        Assert.Equal("alpha\n", await Http.GetStringAsync(new Uri($"/ipfs/{root}/a.txt", UriKind.Relative)));
        Assert.Equal("reserved\n", await Http.GetStringAsync(new Uri($"/ipfs/{root}/100%2525%20+%26%3F%23%3D.txt", UriKind.Relative)));
        Assert.Equal(
            "I am a txt file on path with utf8\n",
            await Http.GetStringAsync(new Uri($"/ipfs/{root}/{Uri.EscapeDataString("ą")}/{Uri.EscapeDataString("ę")}/file-{Uri.EscapeDataString("źł")}.txt", UriKind.Relative)));
    }

    [Fact]
    public async Task A_file_has_type_etag_and_length_and_head_has_the_same_without_a_body()
    {
        var root = AddTree("nested");
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var response = await Http.SendAsync(new(method, $"/ipfs/{root}/a.txt"));

            Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
            Assert.Equal("\"bafkreifwvggzz2nc3ekjfch2hx2c2n34hzbhg6x5zwxxctrtycqqbniqma\"", response.Headers.ETag!.ToString());
            Assert.Equal(6, response.Content.Headers.ContentLength);
            Assert.Equal(method == HttpMethod.Get ? 6 : 0, (await response.Content.ReadAsByteArrayAsync()).Length);
            Assert.EndsWith(",bafkreifwvggzz2nc3ekjfch2hx2c2n34hzbhg6x5zwxxctrtycqqbniqma", Header(response, "X-Ipfs-Roots"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("page.html", "text/html")]
    [InlineData("script.js", "text/javascript; charset=utf-8")]
    [InlineData("picture.png", "image/png")]
    [InlineData("README", "text/plain; charset=utf-8")]
    public async Task Types_come_from_names_and_a_page_is_kept_from_acting_for_others(string name, string type)
    {
        var file = FileBuilder.Add(new MemoryStream("<b>x</b>"u8.ToArray()), _store, UnixFsProfile.V1Of2025);
        var builder = new DirectoryBuilder();
        builder.Add(name, file);
        var root = builder.Build(_store, UnixFsProfile.V1Of2025).Cid;

        using var response = await Http.GetAsync(new Uri($"/ipfs/{root}/{name}", UriKind.Relative));

        Assert.Equal(type, response.Content.Headers.ContentType!.ToString());
        Assert.Equal("sandbox allow-scripts", Header(response, "Content-Security-Policy"));
    }

    [Fact]
    public async Task A_download_is_named_in_ascii_and_in_full()
    {
        var cid = AddFile([1]);

        using var response = await Http.GetAsync(new Uri($"/ipfs/{cid}?filename={Uri.EscapeDataString("zażółć\".bin")}&download=true", UriKind.Relative));

        Assert.Equal(
            "attachment; filename=\"za_____.bin\"; filename*=UTF-8''za%C5%BC%C3%B3%C5%82%C4%87%22.bin",
            Header(response, "Content-Disposition"));
    }

    [Theory]
    [InlineData("bytes=6-16", 206, "6-16")]
    [InlineData("bytes=-3", 206, "97-99")]
    [InlineData("bytes=95-", 206, "95-99")]
    [InlineData("bytes=0-0,5-6", 206, "0-0")]
    [InlineData("bytes=90-1000", 206, "90-99")]
    [InlineData("bytes=-1000", 206, "0-99")]
    [InlineData("bytes=100-", 416, null)]
    [InlineData("bytes=-0", 416, null)]
    [InlineData("bytes=9-3", 400, null)]
    [InlineData("lines=1-2", 400, null)]
    public async Task A_range_brings_its_bytes_alone(string range, int status, string? answered)
    {
        var bytes = Enumerable.Range(0, 100).Select(value => (byte)value).ToArray();
        var cid = AddFile(bytes);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{cid}");
        request.Headers.TryAddWithoutValidation("Range", range);

        using var response = await Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        if (answered is not null)
        {
            Assert.Equal($"bytes {answered}/100", response.Content.Headers.ContentRange!.ToString());
            var ends = answered.Split('-');
            Assert.Equal(bytes[int.Parse(ends[0])..(int.Parse(ends[1]) + 1)], await response.Content.ReadAsByteArrayAsync());
        }
        else if (status == 416)
        {
            Assert.Equal("bytes */100", response.Content.Headers.ContentRange!.ToString());
        }
    }

    [Fact]
    public async Task A_range_needs_only_its_own_blocks()
    {
        var cid = AddFile(Enumerable.Range(0, 100).Select(value => (byte)value).ToArray());
        var root = UnixFsReader.Describe(_store, cid);
        _store.Delete(root.Links[0].Cid.Hash);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{cid}") { Headers = { Range = new RangeHeaderValue(50, 52) } };

        using var response = await Http.SendAsync(request);
        using var whole = await Http.GetAsync(new Uri($"/ipfs/{cid}", UriKind.Relative));

        Assert.Equal([50, 51, 52], await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotFound, whole.StatusCode);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_finished_is_cut_and_not_taken_for_complete()
    {
        var cid = AddFile(Enumerable.Range(0, 100).Select(value => (byte)value).ToArray());
        _store.Delete(UnixFsReader.Describe(_store, cid).Links[^1].Cid.Hash);

        await Assert.ThrowsAsync<HttpRequestException>(() => Http.GetByteArrayAsync(new Uri($"/ipfs/{cid}", UriKind.Relative)));
        await Assert.ThrowsAsync<HttpRequestException>(() => Http.GetByteArrayAsync(new Uri($"/ipfs/{cid}?format=car", UriKind.Relative)));
    }

    [Theory]
    [InlineData("", "\"{0}\"")]
    [InlineData("", "W/\"{0}\"")]
    [InlineData("", "\"other\", \"{0}\"")]
    [InlineData("", "*")]
    [InlineData("?format=raw", "\"{0}.raw\"")]
    public async Task What_the_client_has_already_is_not_sent_again(string query, string known)
    {
        var cid = AddFile([1, 2, 3]);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{cid}{query}");
        request.Headers.TryAddWithoutValidation("If-None-Match", string.Format(null, known, cid));

        using var response = await Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.NotNull(response.Headers.ETag);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_directory_is_listed_behind_its_slash()
    {
        var root = AddTree("nested");

        using var redirect = await Http.GetAsync(new Uri($"/ipfs/{root}/a?filename=x", UriKind.Relative));
        using var listing = await Http.GetAsync(new Uri($"/ipfs/{root}/", UriKind.Relative));

        Assert.Equal(HttpStatusCode.MovedPermanently, redirect.StatusCode);
        Assert.Equal($"/ipfs/{root}/a/?filename=x", Header(redirect, "Location"));
        Assert.Equal("text/html", listing.Content.Headers.ContentType!.ToString());
        Assert.Equal($"\"DirIndex-pond1_CID-{root}\"", Header(listing, "ETag"));
        var page = await listing.Content.ReadAsStringAsync();
        Assert.Contains("href=\"./100%2525%20%2B%26%3F%23%3D.txt\">100%25 &#x2B;&amp;?#=.txt</a>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_in_a_listing_are_text_and_never_markup()
    {
        var builder = new DirectoryBuilder();
        builder.Add("<script>alert(1)<", FileBuilder.Add(Stream.Null, _store, UnixFsProfile.V1Of2025));
        var root = builder.Build(_store, UnixFsProfile.V1Of2025).Cid;

        var page = await Http.GetStringAsync(new Uri($"/ipfs/{root}/", UriKind.Relative));

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_directory_with_an_index_serves_it_under_its_own_etag()
    {
        var builder = new DirectoryBuilder();
        builder.Add("index.html", FileBuilder.Add(new MemoryStream("<p>hi"u8.ToArray()), _store, UnixFsProfile.V1Of2025));
        var root = builder.Build(_store, UnixFsProfile.V1Of2025).Cid;

        using var response = await Http.GetAsync(new Uri($"/ipfs/{root}/", UriKind.Relative));

        Assert.Equal("<p>hi", await response.Content.ReadAsStringAsync());
        Assert.Equal($"\"{root}\"", Header(response, "ETag"));
    }

    [Fact]
    public async Task A_symbolic_link_is_shown_and_not_followed()
    {
        var link = SymlinkBuilder.Add("/etc/passwd", _store, UnixFsProfile.V1Of2025).Cid;

        using var response = await Http.GetAsync(new Uri($"/ipfs/{link}", UriKind.Relative));

        Assert.Equal("inode/symlink", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("/etc/passwd", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_service_worker_cannot_be_registered()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{AddFile([1])}") { Headers = { { "Service-Worker", "script" } } };

        using var response = await Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Cars_hold_the_blocks_that_path_and_scope_select()
    {
        AddTree("nested");
        foreach (var vector in IpfsVectors.Section("gateway_car_selection").GetProperty("cases").EnumerateArray())
        {
            var path = vector.Text("path");
            var (roots, cids) = await GetCarAsync($"{path}?format=car&dag-scope={vector.Text("scope")}");

            Assert.Equal(vector.Text("terminal"), Assert.Single(roots));
            Assert.Equal(vector.Texts("cids"), cids, StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task Cars_hold_the_blocks_of_the_bytes_that_were_asked_for()
    {
        var vectors = IpfsVectors.Section("entity_bytes");
        FileBuilder.Add(GeneratedStream.XorShift32(625341585, vectors.Number("size")), _store, UnixFsProfile.V0Of2015);
        foreach (var vector in vectors.GetProperty("cases").EnumerateArray())
        {
            var (_, cids) = await GetCarAsync($"/ipfs/{vectors.Text("root")}?format=car&entity-bytes={vector.Text("entity_bytes")}");

            Assert.Equal(vector.Texts("cids"), cids, StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task The_car_of_a_sharded_directory_as_an_entity_holds_its_shards_alone()
    {
        var profile = UnixFsProfile.V1Of2025 with { HamtThresholdBytes = 0 };
        var builder = new DirectoryBuilder();
        for (var index = 0; index < 300; index++)
        {
            builder.Add($"n{index}", FileBuilder.Add(new MemoryStream(BitConverter.GetBytes(index)), _store, profile));
        }

        var root = builder.Build(_store, profile).Cid;

        Assert.Equal(_store.Count - 300, (await GetCarAsync($"/ipfs/{root}?format=car&dag-scope=entity")).Cids.Count);
        Assert.Equal(_store.Count, (await GetCarAsync($"/ipfs/{root}?format=car")).Cids.Count);
    }

    [Fact]
    public async Task Requests_above_the_bound_are_told_to_come_back()
    {
        await using var busy = await TestServer.StartAsync(app =>
            app.MapGateway(new LocalBlockSource(_store), new GatewayOptions { MaxParallelRequests = 0 }));

        using var response = await busy.Http.GetAsync(new Uri("/ipfs/bafkqaaa", UriKind.Relative));

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("60", Header(response, "Retry-After"));
    }

    [Theory]
    [InlineData("?format=car&car-dups=y", "", "dups=y", 3)]
    [InlineData("?format=car", "", "dups=n", 2)]
    [InlineData("?format=car&car-order=unk", "", "dups=n", 2)]
    [InlineData("", "application/vnd.ipld.car; order=dfs; dups=y", "dups=y", 3)]
    [InlineData("?car-dups=n", "application/vnd.ipld.car; dups=y", "dups=n", 2)]
    [InlineData("?format=car&car-dups=y&dag-scope=entity", "", "dups=y", 3)]
    [InlineData("?format=car&car-dups=y&entity-bytes=0:*", "", "dups=y", 3)]
    public async Task A_car_repeats_blocks_if_that_is_asked_for(string query, string accept, string expectedForm, int expectedBlocks)
    {
        // Two chunks of the same bytes: one leaf that is linked twice.
        var cid = FileBuilder.Add(new MemoryStream(new byte[200]), _store, UnixFsProfile.V1Of2025 with { ChunkBytes = 100 }).Cid;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{cid}{query}");
        if (accept.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var response = await Http.SendAsync(request);

        Assert.Contains(expectedForm, response.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
        var decoder = new CarDecoder();
        decoder.Append(await response.Content.ReadAsByteArrayAsync());
        var blocks = 0;
        while (decoder.TryRead(out _))
        {
            blocks++;
        }

        decoder.Complete();
        Assert.Equal(expectedBlocks, blocks);
    }

    [Theory]
    [InlineData("car-dups=maybe")]
    [InlineData("car-order=random")]
    [InlineData("car-version=2")]
    [InlineData("dag-scope=some")]
    [InlineData("entity-bytes=5:2")]
    [InlineData("entity-bytes=-2:-5")]
    [InlineData("entity-bytes=x")]
    [InlineData("entity-bytes=1")]
    public async Task A_car_in_a_form_that_there_is_not_is_a_bad_request(string query)
    {
        var cid = AddFile("x"u8.ToArray());

        using var response = await Http.GetAsync(new Uri($"/ipfs/{cid}?format=car&{query}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_car_that_repeats_a_terabyte_is_cut_off()
    {
        var (root, blocks) = Bomb();
        blocks.ForEach(_store.Put);

        await using var strict = await TestServer.StartAsync(app =>
            app.MapGateway(new LocalBlockSource(_store), new GatewayOptions { MaxRepeatedCarBytes = 1_000_000 }));

        await Assert.ThrowsAsync<HttpRequestException>(() =>
            strict.Http.GetByteArrayAsync(new Uri($"/ipfs/{root}?format=car&car-dups=y", UriKind.Relative)));
    }

    [Fact]
    public async Task A_file_that_claims_to_be_larger_than_is_served_is_gone_and_its_blocks_are_not()
    {
        var (root, blocks) = Bomb();
        blocks.ForEach(_store.Put);

        using var whole = await Http.GetAsync(new Uri($"/ipfs/{root}", UriKind.Relative));
        using var raw = await Http.GetAsync(new Uri($"/ipfs/{root}?format=raw", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Gone, whole.StatusCode);
        Assert.Equal(HttpStatusCode.OK, raw.StatusCode);
    }

    [Fact]
    public async Task A_directory_with_too_many_entries_for_a_page_is_not_listed()
    {
        await using var small = await TestServer.StartAsync(app =>
            app.MapGateway(new LocalBlockSource(_store), new GatewayOptions { MaxListedEntries = 2 }));
        var file = FileBuilder.Add(new MemoryStream([1]), _store, UnixFsProfile.V1Of2025);
        var directory = new DirectoryBuilder();
        foreach (var name in new[] { "a", "b", "c" })
        {
            directory.Add(name, file);
        }

        var cid = directory.Build(_store, UnixFsProfile.V1Of2025).Cid;

        using var refused = await small.Http.GetAsync(new Uri($"/ipfs/{cid}/", UriKind.Relative));
        using var listed = await Http.GetAsync(new Uri($"/ipfs/{cid}/", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Gone, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
    }

    [Fact]
    public async Task An_address_that_asks_too_often_is_told_when_to_come_again()
    {
        var time = new ManualTimeProvider();
        await using var limited = await TestServer.StartAsync(app =>
            app.MapGateway(new LocalBlockSource(_store), new GatewayOptions { Budget = new(perSecond: 0.5, burst: 2, time) }));
        var probe = new Uri("/ipfs/bafkqaaa?format=raw", UriKind.Relative);

        Assert.Equal(HttpStatusCode.OK, (await limited.Http.GetAsync(probe)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await limited.Http.GetAsync(probe)).StatusCode);
        using var refused = await limited.Http.GetAsync(probe);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), refused.Headers.RetryAfter!.Delta);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await limited.Http.GetAsync(probe)).StatusCode);
    }

    [Fact]
    public async Task A_reader_who_takes_nothing_is_cut_off()
    {
        const int Length = 32_000_000;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var impatient = await TestServer.StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                try
                {
                    await next(context);
                }
                finally
                {
                    ended.TrySetResult();
                }
            });
            app.MapGateway(
                new LocalBlockSource(_store),
                new GatewayOptions { MinBytesPerSecond = 1_000_000_000, SlowReaderGrace = TimeSpan.FromSeconds(2) });
        });
        // Far more than the buffers of both ends hold.
        var cid = FileBuilder.Add(GeneratedStream.XorShift32(1, Length), _store, UnixFsProfile.V1Of2025).Cid;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, impatient.Address.Port);

        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /ipfs/{cid} HTTP/1.1\r\nHost: localhost\r\n\r\n"));

        // By the server, while the client had not taken a byte.
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(await CountToEndAsync(socket) < Length);
    }

    private static async Task<long> CountToEndAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var total = 0L;
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var read)
            {
                total += read;
            }
        }
        catch (SocketException)
        {
            // The other end is gone: this was all.
        }

        return total;
    }

    [Fact]
    public async Task A_car_that_ends_early_is_cut_off_for_those_who_read_no_trailers()
    {
        var cid = FileBuilder.Add(GeneratedStream.XorShift32(1, 1000), _store, UnixFsProfile.V1Of2025 with { ChunkBytes = 100 }).Cid;
        _store.Delete(UnixFsReader.Describe(_store, cid).Links[5].Cid.Hash);

        await Assert.ThrowsAsync<HttpRequestException>(() => Http.GetByteArrayAsync(new Uri($"/ipfs/{cid}?format=car", UriKind.Relative)));
    }

    [Fact]
    public async Task A_car_that_ends_early_says_why_in_a_trailer_to_those_who_read_them()
    {
        var cid = FileBuilder.Add(GeneratedStream.XorShift32(1, 1000), _store, UnixFsProfile.V1Of2025 with { ChunkBytes = 100 }).Cid;
        var missing = UnixFsReader.Describe(_store, cid).Links[5].Cid;
        _store.Delete(missing.Hash);
        // Trailers are HTTP/2's here: the server has none in HTTP/1.1.
        await using var server = await TestServer.StartAsync(
            app => app.MapGateway(new LocalBlockSource(_store), new GatewayOptions()), HttpProtocols.Http2);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{cid}?format=car")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TE.ParseAdd("trailers");

        using var response = await server.Http.SendAsync(request);

        Assert.Contains($"{missing}", response.TrailingHeaders.GetValues("X-Stream-Error").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0:99", 2)]
    [InlineData("0:100", 3)]
    [InlineData("100:100", 2)]
    [InlineData("-1:*", 2)]
    [InlineData("-5000:*", 11)]
    [InlineData("950:*", 2)]
    [InlineData("1000:*", 1)]
    [InlineData("5:-901", 2)]
    [InlineData("5:-900", 3)]
    public async Task Entity_bytes_bring_the_blocks_of_that_part(string part, int expectedBlocks)
    {
        var cid = FileBuilder.Add(GeneratedStream.XorShift32(1, 1000), _store, UnixFsProfile.V1Of2025 with { ChunkBytes = 100 }).Cid;

        var bytes = await Http.GetByteArrayAsync(new Uri($"/ipfs/{cid}?format=car&entity-bytes={part}", UriKind.Relative));

        var decoder = new CarDecoder();
        decoder.Append(bytes);
        var blocks = 0;
        while (decoder.TryRead(out _))
        {
            blocks++;
        }

        Assert.Equal(expectedBlocks, blocks);
    }

    private static (Cid Root, List<Block> Blocks) Bomb()
    {
        var vector = IpfsVectors.Section("dag_bomb");
        var decoder = new CarDecoder();
        decoder.Append(Convert.FromBase64String(vector.Text("car_base64")));
        var blocks = new List<Block>();
        while (decoder.TryRead(out var block))
        {
            blocks.Add(Block.Verify(block.Cid, block.Data.ToArray()));
        }

        return (decoder.Roots![0], blocks);
    }

    private async Task<(List<string> Roots, List<string> Cids)> GetCarAsync(string path)
    {
        var decoder = new CarDecoder();
        decoder.Append(await Http.GetByteArrayAsync(new Uri(path, UriKind.Relative)));
        var cids = new List<string>();
        while (decoder.TryRead(out var block))
        {
            cids.Add(block.Cid.ToString());
        }

        decoder.Complete();
        return ([.. decoder.Roots!.Select(root => root.ToString())], cids);
    }

    // Twelve bytes a chunk, so that every test meets the borders between blocks.
    private Cid AddFile(byte[] bytes) =>
        FileBuilder.Add(new MemoryStream(bytes), _store, UnixFsProfile.V1Of2025 with { ChunkBytes = 12, MaxLinks = 10 }).Cid;

    private Cid AddTree(string id)
    {
        using var folder = new TemporaryFolder();
        TestFolders.Write(IpfsVectors.Section("dirs").EnumerateArray().First(vector => string.Equals(vector.Text("id"), id, StringComparison.Ordinal)), folder.Root);
        return FolderImporter.Import(folder.Root, _store, UnixFsProfile.V1Of2025, CancellationToken.None).Root;
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(',', values)
            : "";
}
