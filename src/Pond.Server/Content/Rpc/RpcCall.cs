using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Server.Content.Rpc;

/// <summary>One call: what was asked, and the ways of answering it.</summary>
internal sealed class RpcCall(
    HttpContext context, ContentStore store, StoreRpcOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
{
    // Field names are Kubo's, so they are written as they stand.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] EndOfLine = "\n"u8.ToArray();

    internal HttpContext Context => context;

    internal ContentStore Store => store;

    internal StoreRpcOptions Options => options;

    internal TimeProvider TimeProvider => timeProvider;

    internal CancellationToken CancellationToken => cancellationToken;

    /// <summary>The arguments in their order.</summary>
    internal IReadOnlyList<string> Arguments { get; } = [.. context.Request.Query["arg"].OfType<string>()];

    /// <summary>The one argument, or the first of several.</summary>
    internal string Argument => Arguments.Count > 0 ? Arguments[0] : throw new RpcFailure("argument \"ipfs-path\" is required", isOfClient: true);

    internal string? Text(string option) => context.Request.Query[option] is [.., { Length: > 0 } value] ? value : null;

    internal bool Flag(string option, bool byDefault = false) => Text(option) switch
    {
        null => byDefault,
        "true" or "1" => true,
        "false" or "0" => false,
        var other => throw new RpcFailure($"could not convert value \"{other}\" to type \"bool\" (for option \"-{option}\")", isOfClient: true),
    };

    internal long Number(string option, long byDefault) =>
        Text(option) is not { } text ? byDefault
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new RpcFailure($"could not convert value \"{text}\" to type \"int\" (for option \"-{option}\")", isOfClient: true);

    /// <summary>Where a path or a bare CID leads.</summary>
    internal Cid Resolve(string path) => UnixFsReader.Resolve(store.Blocks, ParsePath(path));

    internal static ContentPath ParsePath(string text)
    {
        try
        {
            return ContentPath.Parse(text);
        }
        catch (FormatException)
        {
            throw new RpcFailure($"invalid path \"{text}\": expected a CID, or /ipfs/<cid>/<path>", isOfClient: false);
        }
    }

    /// <summary>A CID in the base that the client wants.</summary>
    internal string TextOf(Cid cid) => Text("cid-base") switch
    {
        null or "base58btc" when cid.Version == 0 => cid.ToString(),
        null => cid.ToString(),
        "base32" => cid.ToV1().ToString(),
        "base16" => cid.ToV1().ToString(MultibaseEncoding.Base16),
        "base36" => cid.ToV1().ToString(MultibaseEncoding.Base36),
        "base58btc" => cid.ToV1().ToString(MultibaseEncoding.Base58Btc),
        "base64url" => cid.ToV1().ToString(MultibaseEncoding.Base64Url),
        var other => throw new RpcFailure($"unknown cid-base \"{other}\"", isOfClient: true),
    };

    internal static Dictionary<string, string> Link(string cid) => new(StringComparer.Ordinal) { ["/"] = cid };

    /// <summary>Answers with one object.</summary>
    internal async Task AnswerAsync(object answer)
    {
        context.Response.ContentType = "application/json";
        await WriteAsync(answer);
    }

    /// <summary>Says that objects follow, one a line.</summary>
    internal void BeginLines()
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers["X-Chunked-Output"] = "1";
    }

    /// <summary>Answers with the next object of several.</summary>
    internal async Task WriteLineAsync(object line)
    {
        await WriteAsync(line);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>Says that bytes follow.</summary>
    internal void BeginBytes(string contentType, long? length = null)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers["X-Stream-Output"] = "1";
        if (length is { } known)
        {
            context.Response.Headers["X-Content-Length"] = known.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The parts of the body, read as they arrive.</summary>
    internal async IAsyncEnumerable<RpcPart> ReadPartsAsync()
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            throw new RpcFailure("the request has no multipart body", isOfClient: true);
        }

        // Whoever writes before he has read all could not be told apart from one who hung up, were the connection used again.
        context.Response.Headers.Connection = "close";
        var reader = new MultipartReader(boundary, context.Request.Body);
        while (await ReadSectionAsync(reader) is { } section)
        {
            yield return RpcPart.Of(section);
        }
    }

    private async Task<MultipartSection?> ReadSectionAsync(MultipartReader reader)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception cause) when (cause is IOException or InvalidDataException)
        {
            throw new RpcFailure($"the multipart body cannot be read: {cause.Message}", isOfClient: true);
        }
    }

    private async Task WriteAsync(object value)
    {
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, Json), cancellationToken);
        await context.Response.Body.WriteAsync(EndOfLine, cancellationToken);
    }

    /// <summary>The request's address, for messages.</summary>
    public override string ToString() => context.Request.GetEncodedPathAndQuery();
}
