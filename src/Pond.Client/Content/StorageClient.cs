using System.Net.Http.Json;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Client.Content;

/// <summary>Uploads files in the name of a staking wallet, as Koii's storage client does, but signed. Safe for use by several threads.</summary>
public sealed class StorageClient : IDisposable
{
    private static readonly TimeSpan SignatureLifetime = TimeSpan.FromMinutes(15);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly Uri _endpoint;
    private readonly TimeProvider _timeProvider;

    /// <summary>Makes a client.</summary>
    /// <param name="endpoint">The gateway of a node that takes uploads.</param>
    /// <param name="timeProvider">Says until when a signature is good.</param>
    public StorageClient(Uri endpoint, TimeProvider timeProvider)
    {
        _endpoint = endpoint;
        _timeProvider = timeProvider;
    }

    /// <summary>Uploads one file.</summary>
    /// <param name="path">The file; read twice, first to find its CID, which is signed.</param>
    /// <param name="staker">The staking wallet.</param>
    /// <param name="task">The task that it is for; empty for none.</param>
    /// <param name="round">The round that it is for; empty for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The CID of the directory around the file: it is read as <c>&lt;cid&gt;/&lt;file name&gt;</c>.</returns>
    /// <exception cref="PondException">
    /// <c>upload-refused</c>: the wallet is none that stakes, its quota is used up, or the signature is not believed.
    /// <c>upload-unreachable</c>, or <c>path-not-found</c>.
    /// </exception>
    public async Task<Cid> UploadAsync(string path, Keypair staker, string task, string round, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new PondException("path-not-found", $"There is no file {path}.", "Check the spelling of the path.");
        }

        var name = Path.GetFileName(path);
        await using var file = File.OpenRead(path);
        var wrapped = await Task.Run(() => Wrap(name, FileBuilder.Add(file, new ForgetfulBlockStore(), UnixFsProfile.V1Of2025), new ForgetfulBlockStore()), cancellationToken);
        var upload = new SignedUpload(wrapped, file.Length, task, round, _timeProvider.GetUtcNow() + SignatureLifetime);
        file.Position = 0;
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(_endpoint, $"/upload/{Uri.EscapeDataString(name)}?task={Uri.EscapeDataString(task)}&round={Uri.EscapeDataString(round)}"))
        {
            Content = new StreamContent(file),
        };
        request.Headers.Add(SignedUpload.KeyHeader, staker.PublicKey.ToString());
        request.Headers.Add(SignedUpload.SignatureHeader, staker.Sign(upload.GetSignedBytes()).ToString());
        request.Headers.Add(SignedUpload.ExpiresHeader, $"{upload.ExpiresAt.ToUnixTimeSeconds()}");
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException cause)
        {
            throw new PondException(
                "upload-unreachable", $"{_endpoint} takes no upload: {cause.Message}", "Check the address and the network.", isTransient: true, cause);
        }

        using (response)
        {
            return response.IsSuccessStatusCode ? wrapped : throw await RefusalOfAsync(response, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>The directory around one file, which is how Koii's tools name a file.</summary>
    public static Cid Wrap(string name, AddedContent file, IBlockStore store)
    {
        var directory = new DirectoryBuilder();
        directory.Add(name, file);
        return directory.Build(store, UnixFsProfile.V1Of2025).Cid;
    }

    private async Task<PondException> RefusalOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string? words = null;
        try
        {
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(PondJson.Options, cancellationToken);
            words = answer.TryGetProperty("error", out var error) ? error.GetString() : null;
        }
        catch (Exception cause) when (cause is JsonException or NotSupportedException or InvalidOperationException)
        {
            // Some other server's words.
        }

        return new(
            "upload-refused",
            $"{_endpoint} refused the upload with {(int)response.StatusCode}: {words ?? "no reason given"}",
            "Upload with the staking wallet of a task that runs, to a node that takes uploads.",
            isTransient: (int)response.StatusCode is 429 or >= 500);
    }
}
