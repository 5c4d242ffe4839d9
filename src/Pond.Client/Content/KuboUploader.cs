using System.Net.Http.Headers;
using System.Text.Json;
using Pond.Primitives;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.Dag;

namespace Pond.Client.Content;

/// <summary>Puts content into a store by the RPC that Kubo and our own stores speak, and reads it back.</summary>
/// <param name="http">Sends.</param>
/// <param name="endpoint">The RPC's base address, such as <c>http://127.0.0.1:5001</c>.</param>
public sealed class KuboUploader(HttpClient http, Uri endpoint)
{
    private const int MaxErrorLength = 300;

    /// <summary>Uploads a root and everything below it, and has it pinned. When it returns, every block was read back.</summary>
    /// <param name="root">The root.</param>
    /// <param name="blocks">Has all of it.</param>
    /// <param name="cancellationToken">Gives up; what has arrived stays.</param>
    /// <exception cref="PondException"><c>store-unreachable</c>, <c>upload-failed</c>, or <c>check-failed</c>: what was read back is not what was sent.</exception>
    public async Task UploadAsync(Cid root, IBlockStore blocks, CancellationToken cancellationToken)
    {
        using var car = new MemoryStream();
        car.Write(CarEncoder.Header([root]));
        var sent = new List<Block>();
        var walk = new DagWalk(root);
        while (walk.Needed is { } cid)
        {
            var data = blocks.Read(cid);
            if (!cid.Hash.IsIdentity)
            {
                sent.Add(Block.Verify(cid, data));
                car.Write(CarEncoder.SectionPrefix(cid, data.Length));
                car.Write(data.Span);
            }

            walk.Supply(data);
        }

        car.Position = 0;
        using var file = new StreamContent(car);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.ipld.car");
        using var body = new MultipartFormDataContent { { file, "file", "bundle.car" } };
        foreach (var line in (await AskAsync("dag/import?pin-roots=true", body, cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (FindPinError(line) is { } error)
            {
                throw Failed($"could not pin {root}: {error}");
            }
        }

        foreach (var block in sent)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, $"/api/v0/block/get?arg={block.Cid}"));
            using var response = await SendAsync(request, cancellationToken);
            if (!(await response.Content.ReadAsByteArrayAsync(cancellationToken)).AsSpan().SequenceEqual(block.Data.Span))
            {
                throw new PondException(
                    "check-failed", $"The store at {endpoint} took {root}, but gives back another block {block.Cid}.", "Check that store, or use another one with --store.");
            }
        }
    }

    private static string? FindPinError(string line)
    {
        try
        {
            using var answer = JsonDocument.Parse(line);
            return answer.RootElement.TryGetProperty("Root", out var root)
                && root.TryGetProperty("PinErrorMsg", out var error)
                && error.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "its answer is not understood";
        }
    }

    private async Task<string> AskAsync(string call, HttpContent body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, $"/api/v0/{call}")) { Content = body };
        using var response = await SendAsync(request, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, cancellationToken);
        }
        catch (Exception cause) when (cause is HttpRequestException || (cause is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new PondException(
                "store-unreachable", $"The store at {endpoint} does not answer: {cause.Message}", "Start it, or name another one with --store.", isTransient: true, cause);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var words = await response.Content.ReadAsStringAsync(cancellationToken);
            throw Failed($"answers {(int)response.StatusCode}: {words[..Math.Min(words.Length, MaxErrorLength)].Trim()}");
        }
    }

    private PondException Failed(string what) => new(
        "upload-failed", $"The store at {endpoint} {what}.", "Check that the address is that of a store's RPC, and that it has room.");
}
