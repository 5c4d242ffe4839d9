using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using Pond.Client.Content;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Server.Content;

/// <summary>Serves content over HTTP as IPFS gateways do: blocks and CARs to those who verify, files and listings to browsers.</summary>
/// <remarks>Follows the path and the trustless gateway specification of IPFS; formats other than raw and CAR are answered with 406.</remarks>
public static class GatewayEndpoints
{
    private const string Forever = "public, max-age=29030400, immutable";
    private const string AWeek = "public, max-age=604800, stale-while-revalidate=2678400";

    // Changes whenever the page's layout does, so that caches let go of the old one.
    private const string ListingVersion = "pond1";
    // The end of the year 9999, beyond which no HTTP date goes.
    private const long MaxSeconds = 253_402_300_799;
    internal const string StreamErrorTrailer = "X-Stream-Error";
    private const string IndexName = "index.html";
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Options];
    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    /// <summary>Maps <c>GET</c> and <c>HEAD /ipfs/{cid}[/{path}]</c>.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="source">
    /// Where blocks come from: a <see cref="LocalBlockSource"/> for strangers, so that nobody makes this node fetch for him, and a
    /// <see cref="PeerBlockSource"/> for the node's own tasks.
    /// </param>
    /// <param name="options">Bounds.</param>
    public static IEndpointConventionBuilder MapGateway(this IEndpointRouteBuilder routes, IBlockSource source, GatewayOptions options)
    {
        var running = 0;
        return routes.MapMethods("/ipfs/{**path}", Methods, async (HttpContext context) =>
        {
            AddCors(context.Response.Headers);
            if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            {
                // Who reads slower than this holds a connection and its blocks for the price of nothing.
                rate.MinDataRate = new(options.MinBytesPerSecond, options.SlowReaderGrace);
            }

            if (HttpMethods.IsOptions(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            try
            {
                if (Interlocked.Increment(ref running) > options.MaxParallelRequests)
                {
                    context.Response.Headers.RetryAfter = "60";
                    await FailAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests at one time. Try again later.");
                    return;
                }

                if (options.Budget is { } budget && !budget.TryTake(context.Connection.RemoteIpAddress, out var wait))
                {
                    context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                    await FailAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests from your address. Try again later.");
                    return;
                }

                await AnswerAsync(context, source, options);
            }
            catch (PondException failure) when (!context.Response.HasStarted)
            {
                // A reader must be able to tell "proven not to be there" from "not to be had now": both are a 404 on the wire.
                context.Response.Headers[TaskChannel.ErrorCodeHeader] = failure.Code;
                await FailAsync(context, StatusOf(failure), $"{failure.Message} {failure.Fix}");
            }
            catch (PondException failure)
            {
                // The answer has begun. Who has said that he reads trailers is told why; nobody else may take it for complete.
                if (ReadsTrailers(context) && context.Response.Headers.Trailer.Contains(StreamErrorTrailer, StringComparer.Ordinal))
                {
                    context.Response.AppendTrailer(
                        StreamErrorTrailer, string.Concat(failure.Message.Select(letter => char.IsControl(letter) || letter > '~' ? '?' : letter)));
                }
                else
                {
                    context.Abort();
                }
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The client has gone; nobody waits for an answer.
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        });
    }

    /// <summary>Whether an error can be told behind the body.</summary>
    internal static bool ReadsTrailers(HttpContext context) =>
        context.Response.SupportsTrailers()
        && context.Request.Headers.TE.Any(line => line?.Contains("trailers", StringComparison.OrdinalIgnoreCase) == true);

    private static async Task AnswerAsync(HttpContext context, IBlockSource source, GatewayOptions options)
    {
        var headers = context.Response.Headers;
        if (!GatewayRequest.TryParse(context, out var request, out var problem))
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        if (context.Request.Headers.ContainsKey("Service-Worker"))
        {
            // A worker registered here would rule over the content of all others.
            await FailAsync(context, StatusCodes.Status400BadRequest, "Service workers cannot be registered on a path gateway.");
            return;
        }

        var format = GatewayRequest.FormatOf(context);
        if (format is not ("" or "raw" or "car"))
        {
            await FailAsync(context, StatusCodes.Status406NotAcceptable, $"Format '{format}' is not served here. Ask for raw or car.");
            return;
        }

        if (context.Request.Headers.CacheControl.Any(line => line?.Contains("only-if-cached", StringComparison.OrdinalIgnoreCase) == true))
        {
            if (!await IsLocalAsync(source, request.Path.Root, context.RequestAborted))
            {
                await FailAsync(context, StatusCodes.Status412PreconditionFailed, $"{request.Path.Root} is not here, and nothing else was to be asked.");
                return;
            }

            if (HttpMethods.IsHead(context.Request.Method))
            {
                return;
            }
        }

        var resolution = await new PathResolution(request.Path).RunAsync(source, context.RequestAborted);
        var target = resolution.Target;
        headers["X-Ipfs-Path"] = Uri.EscapeDataString(Uri.UnescapeDataString(request.RawPath)).Replace("%2F", "/", StringComparison.Ordinal);
        headers["X-Ipfs-Roots"] = string.Join(',', resolution.SegmentRoots);
        switch (format)
        {
            case "raw":
                await AnswerRawAsync(context, source, target);
                break;
            case "car":
                await GatewayCar.AnswerAsync(context, source, request, resolution, options);
                break;
            default:
                await AnswerUnixFsAsync(context, source, request, target, options);
                break;
        }
    }

    private static async ValueTask<bool> IsLocalAsync(IBlockSource source, Cid cid, CancellationToken cancellationToken) =>
        source is ILocalContent local ? local.HasLocal(cid) : await source.GetBlockAsync(cid, cancellationToken) is not null;

    private static async Task AnswerRawAsync(HttpContext context, IBlockSource source, Cid cid)
    {
        var block = await source.ReadAsync(cid, context.RequestAborted);
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentDisposition = Disposition(context, "attachment", $"{cid}.bin");
        if (TryAnswerUnchanged(context, $"\"{cid}.raw\"", Forever) || !await BeginRangeAsync(context, block.Length, $"\"{cid}.raw\""))
        {
            return;
        }

        context.Response.ContentType = "application/vnd.ipld.raw";
        var (from, length) = RangeOf(context, block.Length);
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(block.Slice((int)from, (int)length), context.RequestAborted);
        }
    }

    private static async Task AnswerUnixFsAsync(HttpContext context, IBlockSource source, GatewayRequest request, Cid cid, GatewayOptions options)
    {
        var block = await source.ReadAsync(cid, context.RequestAborted);
        var node = UnixFsNode.Parse(cid, block);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (node.Kind == UnixFsKind.Symlink)
        {
            if (!TryAnswerUnchanged(context, $"\"{cid}\"", Forever))
            {
                context.Response.ContentType = "inode/symlink";
                context.Response.ContentLength = node.Data.Length;
                await WriteBodyAsync(context, node.Data);
            }

            return;
        }

        if (node.Kind == UnixFsKind.File)
        {
            var name = request.Path.Segments.Count > 0 ? request.Path.Segments[^1] : "";
            await AnswerFileAsync(context, source, cid, name, $"\"{cid}\"", options);
            return;
        }

        if (!request.Path.EndsInSlash)
        {
            // Links in the page are relative, so the browser must know that this is a folder.
            context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            context.Response.Headers.Location = $"{request.RawPath}/{request.RawQuery}";
            return;
        }

        if (ContentPath.TryCreate(cid, [IndexName], out var indexPath))
        {
            var index = await new PathResolution(indexPath).RunAsync(source, context.RequestAborted);
            if (index.MissingSegment is null)
            {
                await AnswerFileAsync(context, source, index.Target, IndexName, $"\"{cid}\"", options);
                return;
            }
        }

        await AnswerListingAsync(context, source, request, cid, options);
    }

    private static async Task AnswerFileAsync(HttpContext context, IBlockSource source, Cid cid, string name, string etag, GatewayOptions options)
    {
        if (TryAnswerUnchanged(context, etag, Forever))
        {
            return;
        }

        var cursor = new FileCursor(cid);
        var root = await source.ReadAsync(cid, context.RequestAborted);
        cursor.Supply(root);
        if (UnixFsNode.Parse(cid, root).Metadata.ModifiedSeconds is { } seconds and >= 0 and <= MaxSeconds)
        {
            context.Response.Headers.LastModified = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("R");
        }

        var size = cursor.Length;
        if (size > options.MaxFileBytes)
        {
            await FailAsync(context, StatusCodes.Status410Gone, $"This file claims {size} bytes, and this gateway serves no more than {options.MaxFileBytes} as one.");
            return;
        }

        if (!await BeginRangeAsync(context, size, etag))
        {
            return;
        }

        var (from, length) = RangeOf(context, size);
        var head = await ReadFromAsync(cursor, source, from, context.RequestAborted);
        if (context.Request.Query["filename"] is [{ Length: > 0 } given, ..])
        {
            name = given;
            var kind = context.Request.Query["download"] is ["true", ..] ? "attachment" : "inline";
            context.Response.Headers.ContentDisposition = Disposition(context, kind, name);
        }

        context.Response.ContentType = ContentTypeOf(name, from == 0 ? head.Span : []);
        // All content shares one origin here; a page of one author must not act in the name of another's.
        context.Response.Headers.ContentSecurityPolicy = "sandbox allow-scripts";
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            return;
        }

        while (length > 0)
        {
            var part = head[..(int)Math.Min(head.Length, length)];
            from += part.Length;
            length -= part.Length;
            // The next block is read and hashed while this one is on its way; both are waited for, whichever fails.
            var position = from;
            var sending = context.Response.BodyWriter.WriteAsync(part, context.RequestAborted).AsTask();
            var reading = length > 0
                ? Task.Run(() => ReadFromAsync(cursor, source, position, context.RequestAborted), context.RequestAborted)
                : Task.FromResult(ReadOnlyMemory<byte>.Empty);
            await Task.WhenAll(sending, reading);
            head = await reading;
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadFromAsync(
        FileCursor cursor, IBlockSource source, long position, CancellationToken cancellationToken)
    {
        cursor.Position = position;
        ReadOnlyMemory<byte> bytes;
        while (!cursor.TryRead(out bytes))
        {
            cursor.Supply(await source.ReadAsync(cursor.Needed!.Value, cancellationToken));
        }

        return bytes;
    }

    private static async Task AnswerListingAsync(HttpContext context, IBlockSource source, GatewayRequest request, Cid cid, GatewayOptions options)
    {
        if (TryAnswerUnchanged(context, $"\"DirIndex-{ListingVersion}_CID-{cid}\"", AWeek))
        {
            return;
        }

        var listing = new DirectoryListing(cid);
        while (listing.Needed is { } needed)
        {
            listing.Supply(await source.ReadAsync(needed, context.RequestAborted));
            if (listing.Count > options.MaxListedEntries)
            {
                await FailAsync(context, StatusCodes.Status410Gone, $"This directory has more than {options.MaxListedEntries} entries, too many for a page. Ask for it as a CAR.");
                return;
            }
        }

        var page = Encoding.UTF8.GetBytes(GatewayPage.Of(request.Path, cid, listing.Entries));
        context.Response.ContentType = "text/html";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        context.Response.ContentLength = page.Length;
        await WriteBodyAsync(context, page);
    }

    // Says that the client has it already, or sets the headers by which it will know the next time.
    internal static bool TryAnswerUnchanged(HttpContext context, string etag, string cacheControl)
    {
        context.Response.Headers.ETag = etag;
        context.Response.Headers.CacheControl = cacheControl;
        var known = context.Request.Headers.IfNoneMatch.SelectMany(line => (line ?? "").Split(',')).Select(item => item.Trim());
        if (!known.Any(item => item is "*" || string.Equals(Strong(item), Strong(etag), StringComparison.Ordinal)))
        {
            return false;
        }

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;

        static string Strong(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
    }

    private static async Task<bool> BeginRangeAsync(HttpContext context, long size, string etag)
    {
        var response = context.Response;
        response.Headers.AcceptRanges = "bytes";
        var status = GatewayRequest.ReadRange(RangeHeaderOf(context, etag), size, out var from, out var length);
        switch (status)
        {
            case StatusCodes.Status400BadRequest:
                await FailAsync(context, status, "The Range header is not understood. Expected bytes=<from>-<to>.");
                return false;
            case StatusCodes.Status416RangeNotSatisfiable:
                response.Headers.ContentRange = $"bytes */{size}";
                await FailAsync(context, status, $"There are only {size} bytes.");
                return false;
            case StatusCodes.Status206PartialContent:
                response.Headers.ContentRange = $"bytes {from}-{from + length - 1}/{size}";
                break;
            default:
                break;
        }

        response.StatusCode = status;
        response.ContentLength = length;
        return true;
    }

    private static (long From, long Length) RangeOf(HttpContext context, long size)
    {
        GatewayRequest.ReadRange(
            RangeHeaderOf(context, context.Response.Headers.ETag.ToString()), size, out var from, out var length);
        return (from, length);
    }

    // A range of something else than what the client has is of no use to it.
    private static string RangeHeaderOf(HttpContext context, string etag) =>
        context.Request.Headers.IfRange is [{ } condition] && !string.Equals(condition, etag, StringComparison.Ordinal)
            ? ""
            : context.Request.Headers.Range.ToString();

    internal static string Disposition(HttpContext context, string kind, string name)
    {
        var asked = context.Request.Query["filename"] is [{ Length: > 0 } given, ..] ? given : name;
        var ascii = string.Concat(asked.Select(letter => char.IsAscii(letter) && !char.IsControl(letter) && letter is not ('"' or '\\') ? letter : '_'));
        return $"{kind}; filename=\"{ascii}\"; filename*=UTF-8''{Uri.EscapeDataString(asked)}";
    }

    private static string ContentTypeOf(string name, ReadOnlySpan<byte> head)
    {
        if (ContentTypes.TryGetContentType(name, out var known))
        {
            return known.StartsWith("text/", StringComparison.Ordinal) && known is not "text/html" ? $"{known}; charset=utf-8" : known;
        }

        // Only harmless types are guessed: text is shown as text, whatever it would be to a browser that sniffs.
        var start = head[..Math.Min(head.Length, 512)];
        return !start.IsEmpty && !start.ContainsAnyInRange((byte)0, (byte)8) && !start.ContainsAnyInRange((byte)0x0E, (byte)0x1A)
            && System.Text.Unicode.Utf8.IsValid(start[..^Math.Min(3, start.Length - 1)])
            ? "text/plain; charset=utf-8"
            : "application/octet-stream";
    }

    private static async Task WriteBodyAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
    }

    internal static async Task FailAsync(HttpContext context, int status, string text)
    {
        var headers = context.Response.Headers;
        foreach (var name in new[] { HeaderNames.ETag, HeaderNames.ContentDisposition, HeaderNames.ContentLength })
        {
            headers.Remove(name);
        }

        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        var body = Encoding.UTF8.GetBytes(text + "\n");
        context.Response.ContentLength = body.Length;
        await WriteBodyAsync(context, body);
    }

    private static int StatusOf(PondException failure) => failure.Code switch
    {
        "block-missing" or "path-not-found" => StatusCodes.Status404NotFound,
        "not-a-file" or "not-a-directory" or "codec-unsupported" => StatusCodes.Status406NotAcceptable,
        "content-not-served" => StatusCodes.Status410Gone,
        "disk-full" => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static void AddCors(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, HEAD, OPTIONS";
        headers.AccessControlAllowHeaders = "Accept, If-None-Match, If-Range, Range, User-Agent, X-Requested-With";
        headers.AccessControlExposeHeaders = "Content-Length, Content-Range, X-Chunked-Output, X-Ipfs-Path, X-Ipfs-Roots, X-Stream-Output";
    }
}
