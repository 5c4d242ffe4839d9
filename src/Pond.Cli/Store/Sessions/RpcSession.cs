using System.Net;
using System.Text.Json;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.UnixFs;

namespace Pond.Cli.Store.Sessions;

/// <summary>A store that another process has open and serves: everything goes through its RPC.</summary>
internal sealed class RpcSession : IStoreSession
{
    private readonly HttpClient _http;

    internal RpcSession(Uri endpoint)
    {
        _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = endpoint,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        Blocks = new RpcBlockStore(this);
    }

    public IBlockStore Blocks { get; }

    public IReadOnlyCollection<Pin> Pins => [.. Ask("pond/pins").GetProperty(nameof(Pins)).EnumerateArray().Select(PinOf)];

    public ImportedFolder Add(
        string path, UnixFsProfile profile, Func<Cid, Pin>? pin, Action<long> onBytes, CancellationToken cancellationToken)
    {
        ImportedFolder? imported = null;
        // The root comes last, so the header names another: the CID of nothing, as it is usual where it is not known.
        using var car = new PushContent(stream =>
        {
            stream.Write(CarEncoder.Header([Cid.V1(Multicodec.Raw, Multihash.Identity([]))]));
            imported = FolderImporter.Import(path, new CarStreamStore(stream, onBytes), profile, cancellationToken);
        });
        var wish = pin?.Invoke(default);
        Ask($"pond/import?pin={(wish is null ? "none" : "last")}{OptionsOf(wish)}", car, cancellationToken);
        return imported!;
    }

    public CarImport Import(Stream car, long maxBytes, Func<Cid, Pin>? pin, Action<long> onBytes)
    {
        using var content = new PushContent(stream =>
        {
            var buffer = new byte[256 * 1024];
            int read;
            while ((read = car.Read(buffer)) > 0)
            {
                stream.Write(buffer, 0, read);
                onBytes(read);
            }
        });
        var wish = pin?.Invoke(default);
        var answer = Ask($"pond/import?pin={(wish is null ? "none" : "roots")}&max-bytes={maxBytes}{OptionsOf(wish)}", content, CancellationToken.None);
        return new(
            [.. answer.GetProperty("Roots").EnumerateArray().Select(root => Cid.Parse(root.GetString()!))],
            answer.GetProperty("BlockCount").GetInt32(),
            answer.GetProperty("BlockBytes").GetInt64());
    }

    public Pin Pin(Pin pin) => PinOf(Ask($"pond/pin?arg={pin.Root}&direct={(pin.Kind == PinKind.Direct ? "true" : "false")}{OptionsOf(pin)}"));

    public bool Unpin(Pin pin) => Ask($"pond/unpin?arg={pin.Root}{OptionsOf(pin)}").GetProperty("Removed").GetBoolean();

    public (int ExpiredPins, SweptBlocks Swept) CollectGarbage(CancellationToken cancellationToken)
    {
        var answer = Ask("pond/gc", content: null, cancellationToken);
        return (answer.GetProperty("ExpiredPins").GetInt32(), new(answer.GetProperty("Count").GetInt32(), answer.GetProperty("SizeBytes").GetInt64()));
    }

    public StoreSummary Summarise()
    {
        var answer = Ask("pond/stat");
        return new(
            answer.GetProperty("Folder").GetString()!,
            answer.GetProperty(nameof(Blocks)).GetInt64(),
            answer.GetProperty("BlockBytes").GetInt64(),
            answer.GetProperty(nameof(Pins)).GetInt32());
    }

    public StoreVerification Verify(bool repairs, Action<long> onChecked, CancellationToken cancellationToken)
    {
        using var response = Send($"pond/verify?repair={(repairs ? "true" : "false")}", content: null, cancellationToken);
        using var lines = new StreamReader(response.Content.ReadAsStream(cancellationToken));
        var before = 0L;
        while (lines.ReadLine() is { } line)
        {
            var answer = JsonSerializer.Deserialize<JsonElement>(line);
            if (!answer.TryGetProperty("CheckedBytes", out var done))
            {
                return new(
                    answer.GetProperty(nameof(Blocks)).GetInt64(),
                    answer.GetProperty("SizeBytes").GetInt64(),
                    answer.GetProperty(nameof(Pins)).GetInt32(),
                    [.. answer.GetProperty("Problems").EnumerateArray().Select(problem => problem.GetString()!)]);
            }

            onChecked(done.GetInt64() - before);
            before = done.GetInt64();
        }

        throw new PondException(
            "store-unreachable", "The process that serves the store ended while it verified.", "Start 'pond store serve' again, and verify again.", isTransient: true);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Whether a Pond store answers there: an address may have outlived the process that had it.</summary>
    internal bool IsAnswered()
    {
        try
        {
            Ask("pond/stat");
            return true;
        }
        catch (PondException)
        {
            return false;
        }
    }

    private JsonElement Ask(string call) => Ask(call, content: null, CancellationToken.None);

    private JsonElement Ask(string call, HttpContent? content, CancellationToken cancellationToken)
    {
        using var response = Send(call, content, cancellationToken);
        using var body = response.Content.ReadAsStream(cancellationToken);
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    private HttpResponseMessage Send(string call, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v0/{call}") { Content = content };
        HttpResponseMessage response;
        try
        {
            response = _http.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException cause) when (cause.InnerException is PondException ours)
        {
            // What went wrong while the body was made, such as a file that cannot be read.
            throw new PondException(ours.Code, ours.Message, ours.Fix, ours.IsTransient, ours);
        }
        catch (HttpRequestException cause)
        {
            throw new PondException(
                "store-unreachable",
                $"The process that serves the store does not answer at {_http.BaseAddress}: {cause.Message}",
                "Start 'pond store serve' again, or stop the process that has the folder open.",
                isTransient: true,
                cause);
        }

        if (response.StatusCode == HttpStatusCode.OK)
        {
            return response;
        }

        using (response)
        {
            throw FailureOf(response);
        }
    }

    private static PondException FailureOf(HttpResponseMessage response)
    {
        var code = response.Headers.TryGetValues(TaskChannel.ErrorCodeHeader, out var codes) ? codes.First() : "rpc-failed";
        using var reader = new StreamReader(response.Content.ReadAsStream());
        var text = reader.ReadToEnd();
        try
        {
            text = JsonSerializer.Deserialize<JsonElement>(text).GetProperty("Message").GetString() ?? text;
        }
        catch (Exception cause) when (cause is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not this server's words, but words.
        }

        return new(code, text.Trim(), "So says the process that serves the store.");
    }

    private static string OptionsOf(Pin? pin)
    {
        var name = pin is { Name.Length: > 0 } ? $"&name={Uri.EscapeDataString(pin.Name)}" : "";
        return pin?.ExpiresAt is { } expiry ? $"{name}&expires={Uri.EscapeDataString(expiry.ToString("O"))}" : name;
    }

    private static Pin PinOf(JsonElement view) => new(Cid.Parse(view.GetProperty("Cid").GetString()!), view.GetProperty("Name").GetString()!)
    {
        Kind = view.GetProperty("IsDirect").GetBoolean() ? PinKind.Direct : PinKind.Recursive,
        Owner = view.GetProperty("Owner").GetString()!,
        ExpiresAt = view.GetProperty("ExpiresAt") is { ValueKind: JsonValueKind.String } expiry ? expiry.GetDateTimeOffset() : null,
        SizeBytes = view.GetProperty("SizeBytes").GetInt64(),
    };

    private sealed class RpcBlockStore(RpcSession session) : IBlockStore
    {
        public bool Has(Multihash hash)
        {
            try
            {
                session.Ask($"block/stat?arg={Cid.V1(Multicodec.Raw, hash)}");
                return true;
            }
            catch (PondException missing) when (missing.Code is "block-missing")
            {
                return false;
            }
        }

        public bool TryGet(Multihash hash, out ReadOnlyMemory<byte> data)
        {
            var cid = Cid.V1(Multicodec.Raw, hash);
            try
            {
                using var response = session.Send($"block/get?arg={cid}", content: null, CancellationToken.None);
                using var body = response.Content.ReadAsStream();
                using var bytes = new MemoryStream();
                body.CopyTo(bytes);
                data = Block.Verify(cid, bytes.ToArray()).Data;
                return true;
            }
            catch (PondException missing) when (missing.Code is "block-missing")
            {
                data = default;
                return false;
            }
        }

        public void Put(Block block) => throw new NotSupportedException("Blocks are put by adding and importing.");

        public bool Delete(Multihash hash) => throw new NotSupportedException("Blocks are deleted by collecting.");
    }

    /// <summary>Writes each block that is put as the next section of a CAR file.</summary>
    private sealed class CarStreamStore(Stream destination, Action<long> onBytes) : IBlockStore
    {
        public bool Has(Multihash hash) => false;

        public bool TryGet(Multihash hash, out ReadOnlyMemory<byte> data)
        {
            data = default;
            return false;
        }

        public void Put(Block block)
        {
            if (block.Cid.Hash.IsIdentity)
            {
                return;
            }

            destination.Write(CarEncoder.SectionPrefix(block.Cid, block.Data.Length));
            destination.Write(block.Data.Span);
            onBytes(block.Data.Length);
        }

        public bool Delete(Multihash hash) => false;
    }

    /// <summary>A body that is written while it is sent.</summary>
    private sealed class PushContent(Action<Stream> write) : HttpContent
    {
        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => write(stream);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.Run(() => write(stream));

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
