using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pond.Server.Content;
using Pond.Server.Content.Rpc;
using Pond.Store;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Server.Tests.Content.Rpc;

public sealed class StoreRpcTests : IAsyncLifetime, IDisposable
{
    private const string Hello = "QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o";

    private readonly TemporaryFolder _folder = new();
    private readonly ContentStore _store;
    private TestServer _server = null!;

    public StoreRpcTests() => _store = new(_folder.Root);

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(app => app.MapStoreRpc(
        _store,
        new StoreRpcOptions { Identity = StoreIdentity.Open(_folder.Root), AllowedOrigins = ["http://localhost:3000"] },
        TimeProvider.System));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Answers_have_the_shapes_and_values_of_the_examples()
    {
        var cases = IpfsVectors.Section("rpc_examples").GetProperty("cases").EnumerateArray().ToList();
        var main = "console.log('task')\n"u8.ToArray();
        var hello = "hello world\n"u8.ToArray();
        var large = Bytes(GeneratedStream.XorShift32(625341585, 262145));
        Add(GeneratedStream.XorShift32(SeedOf("1m-plus-1"), 1048577), UnixFsProfile.V1Of2025);
        Add(GeneratedStream.Zeros(524288), UnixFsProfile.V0Of2015);
        (string Call, HttpContent? Body)[] requests =
        [
            ("add", Part("hello.txt", hello)),
            ("add?cid-version=1", Part("hello.txt", hello)),
            ("add", Part("", hello)),
            ("add?wrap-with-directory=true", Part("main.js", main)),
            ("add?wrap-with-directory=true&cid-version=1", Part("main.js", main)),
            ("add", Part("f.bin", large)),
            ("add?raw-leaves=true", Part("f.bin", large)),
            ("block/put", Part("", hello)),
            ("block/put?format=v0", Part("", _store.Blocks.Read(Cid.Parse(Add(new MemoryStream(hello), UnixFsProfile.V0Of2015))).ToArray())),
            ("block/stat?arg=bafybeidnfvvflszah4z6cudjrwpkt6kkhfty4kgtlqupyzjrdkhfvd4ozu", null),
            ("dag/stat?progress=false&arg=QmeBAFpC3fbNhVMsExM8uS23gKmiaPQJbNu5rFEKDGdhcW", null),
            ("dag/import?stats=true", Part("", Convert.FromBase64String(
                IpfsVectors.Section("cars").EnumerateArray().Single(car => car.Text("id") is "hello-v0").Text("base64")))),
            ($"dag/export?arg={Hello}", null),
            ($"pin/add?arg={Hello}", null),
            ("pin/ls?type=recursive", null),
            ("pin/ls?type=recursive&stream=true", null),
            ("pin/rm?arg=QmeBAFpC3fbNhVMsExM8uS23gKmiaPQJbNu5rFEKDGdhcW", null),
            ("cat?arg=bafybeidlprgjwq3oodbcbnd5wwy73pibbfnbjookml276d4rhmpwilemuu", null),
            // Which block an example's collection finds depends on its store; another test looks at collecting.
        ];

        for (var index = 0; index < requests.Length; index++)
        {
            var expected = cases[index];
            if (requests[index].Call.StartsWith("pin/ls", StringComparison.Ordinal))
            {
                // The examples have this one pin.
                foreach (var pin in _store.Pins.Where(pin => pin.Root.ToString() != Hello).ToList())
                {
                    _store.Unpin(pin.Root, pin.Name);
                }
            }

            var answer = await CallAsync(requests[index].Call, requests[index].Body);

            Assert.Equal(
                expected.TryGetProperty("status", out var status) ? status.GetInt32() : 200, (int)answer.StatusCode);
            var body = await answer.Content.ReadAsByteArrayAsync();
            if (expected.TryGetProperty("body_sha256", out var hash))
            {
                Assert.Equal(hash.GetString(), Convert.ToHexStringLower(SHA256.HashData(body)));
                continue;
            }

            var lines = Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var wanted = expected.GetProperty("lines").EnumerateArray().Select(line => line).ToList();
            Assert.Equal(wanted.Count, lines.Length);
            Assert.All(wanted.Zip(lines), pair =>
                Assert.True(JsonElement.DeepEquals(pair.First, JsonDocument.Parse(pair.Second).RootElement), $"{expected.Text("request")}: {pair.Second}"));
        }
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://localhost:3000", HttpStatusCode.OK)]
    [InlineData("Referer", "http://evil.example/page", HttpStatusCode.Forbidden)]
    [InlineData("Referer", "http://localhost:3000/page", HttpStatusCode.OK)]
    [InlineData("User-Agent", "Mozilla/5.0", HttpStatusCode.Forbidden)]
    [InlineData("User-Agent", "Mozilla/5.0 Electron/1", HttpStatusCode.OK)]
    public async Task Pages_in_a_browser_are_refused_unless_they_are_named(string header, string value, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v0/version");
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await _server.Http.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Only_post_is_answered_and_only_what_there_is()
    {
        using var get = await _server.Http.GetAsync(new Uri("/api/v0/id", UriKind.Relative));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal("OPTIONS, POST", string.Join(", ", get.Content.Headers.Allow.Order(StringComparer.Ordinal)));
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("files/rm", null)).StatusCode);
        Assert.Contains("removed", await TextAsync("object/get"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("a%2F..%2Fb")]
    [InlineData("/absolute")]
    [InlineData("a%00b")]
    public async Task A_part_cannot_lead_out_of_its_root(string name) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("add", Part(name, [1]))).StatusCode);

    [Fact]
    public async Task A_block_that_is_too_large_is_refused_and_not_stored()
    {
        using var answer = await CallAsync("block/put", Part("", new byte[Block.MaxSizeBytes + 1]));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Empty(_store.Blocks.Enumerate());
    }

    [Fact]
    public async Task Collecting_names_what_it_deletes_and_spares_what_is_pinned()
    {
        await CallAsync("add", Part("kept", [1]));
        await CallAsync("block/put", Part("", "hello world\n"u8.ToArray()));

        Assert.Equal("""{"Key":{"/":"bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4"}}""", (await TextAsync("repo/gc")).Trim());
        Assert.Single(_store.Blocks.Enumerate());
    }

    [Fact]
    public async Task Only_the_hash_is_told_when_that_is_all_that_is_wanted()
    {
        Assert.Contains(Hello, await (await CallAsync("add?only-hash=true", Part("hello.txt", "hello world\n"u8.ToArray()))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(_store.Blocks.Enumerate());
        Assert.Empty(_store.Pins);
    }

    private string Add(Stream content, UnixFsProfile profile) => FileBuilder.Add(content, _store.Blocks, profile).Cid.ToString();

    private static uint SeedOf(string file) =>
        (uint)IpfsVectors.Section("files").EnumerateArray().Single(item => item.Text("id") == file).GetProperty("content").Number("seed");

    private static byte[] Bytes(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static MultipartFormDataContent Part(string name, byte[] bytes)
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        file.Headers.ContentDisposition = ContentDispositionHeaderValue.Parse($"form-data; name=\"file\"; filename=\"{name}\"");
        return new MultipartFormDataContent { file };
    }

    private Task<HttpResponseMessage> CallAsync(string call, HttpContent? body) =>
        _server.Http.PostAsync(new Uri($"/api/v0/{call}", UriKind.Relative), body);

    private async Task<string> TextAsync(string call) => await (await CallAsync(call, null)).Content.ReadAsStringAsync();
}
