using System.Net;
using Pond.Client.Content;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Content;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Server.Tests.Content;

public sealed class UploadTests : IAsyncLifetime, IDisposable
{
    private static readonly Keypair Staker = Keypair.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());
    private static readonly Keypair Stranger = Keypair.FromSeed(Enumerable.Repeat((byte)2, 32).ToArray());

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private ContentStore _store = null!;
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _store = new(_folder.At("store"), new() { MaxBytesOfOthers = 3000 });
        var options = new UploadOptions { IsStakingWallet = (key, _) => Task.FromResult(key == Staker.PublicKey), MaxFileBytes = 10_000 };
        _server = await TestServer.StartAsync(app => app.MapUploads(_store, options, _time));
        await File.WriteAllTextAsync(_folder.At("main.js"), "console.log('task')\n");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_staking_wallets_file_is_kept_in_a_directory_around_it_for_a_while()
    {
        using var client = new StorageClient(_server.Address, _time);

        var cid = await client.UploadAsync(_folder.At("main.js"), Staker, "task", "7", CancellationToken.None);

        var file = UnixFsReader.Resolve(_store.Blocks, ContentPath.Parse($"{cid}/main.js"));
        using var content = new StreamReader(UnixFsReader.Open(_store.Blocks, file));
        Assert.Equal("console.log('task')\n", await content.ReadToEndAsync());
        var pin = Assert.Single(_store.Pins);
        Assert.Equal((cid, Staker.PublicKey.ToString()), (pin.Root, pin.Owner));
        Assert.Equal(_time.GetUtcNow().AddDays(30), pin.ExpiresAt);
    }

    [Fact]
    public async Task Others_are_refused_before_anything_is_stored()
    {
        using var client = new StorageClient(_server.Address, _time);

        var failure = await Assert.ThrowsAsync<PondException>(() => client.UploadAsync(_folder.At("main.js"), Stranger, "", "", CancellationToken.None));

        Assert.Equal("upload-refused", failure.Code);
        Assert.Contains("Invalid Task ID", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_store.Blocks.Enumerate());
    }

    [Fact]
    public async Task A_wallet_keeps_no_more_than_its_quota()
    {
        using var client = new StorageClient(_server.Address, _time);
        await File.WriteAllBytesAsync(_folder.At("large"), new byte[4000]);

        var failure = await Assert.ThrowsAsync<PondException>(() => client.UploadAsync(_folder.At("large"), Staker, "", "", CancellationToken.None));

        Assert.Contains("413", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_store.Pins);
    }

    [Theory]
    [InlineData("other bytes", 0, "task", HttpStatusCode.Unauthorized)]
    [InlineData("the bytes", 0, "other task", HttpStatusCode.Unauthorized)]
    [InlineData("the bytes", -1, "task", HttpStatusCode.Unauthorized)]
    [InlineData("the bytes", 7200, "task", HttpStatusCode.Unauthorized)]
    [InlineData("the bytes", 60, "task", HttpStatusCode.OK)]
    public async Task A_signature_is_good_for_what_it_signs_and_as_long_as_it_says(
        string sent, int expiresInSeconds, string task, HttpStatusCode expected)
    {
        var memory = new Pond.Store.MemoryBlockStore();
        var wrapped = StorageClient.Wrap("f", FileBuilder.Add(new MemoryStream("the bytes"u8.ToArray()), memory, UnixFsProfile.V1Of2025), memory);
        var upload = new SignedUpload(wrapped, 9, "task", "", _time.GetUtcNow().AddSeconds(expiresInSeconds == 0 ? 60 : expiresInSeconds));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/upload/f?task={Uri.EscapeDataString(task)}") { Content = new StringContent(sent) };
        request.Headers.Add(SignedUpload.KeyHeader, Staker.PublicKey.ToString());
        request.Headers.Add(SignedUpload.SignatureHeader, Staker.Sign(upload.GetSignedBytes()).ToString());
        request.Headers.Add(SignedUpload.ExpiresHeader, $"{upload.ExpiresAt.ToUnixTimeSeconds()}");

        using var response = await _server.Http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, _store.Pins.Count);
    }

    [Fact]
    public async Task An_upload_without_a_signature_and_one_that_is_too_large_are_refused()
    {
        using var unsigned = await _server.Http.PostAsync(new Uri("/upload/f", UriKind.Relative), new StringContent("x"));
        Assert.Equal(HttpStatusCode.Unauthorized, unsigned.StatusCode);

        using var client = new StorageClient(_server.Address, _time);
        await File.WriteAllBytesAsync(_folder.At("large"), new byte[20_000]);
        await Assert.ThrowsAsync<PondException>(() => client.UploadAsync(_folder.At("large"), Staker, "", "", CancellationToken.None));
        Assert.Empty(_store.Pins);
    }
}
