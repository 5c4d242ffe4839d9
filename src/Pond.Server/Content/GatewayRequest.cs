using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Server.Content;

/// <summary>What a request to a gateway asks for.</summary>
internal sealed class GatewayRequest
{
    private const string Prefix = "/ipfs/";

    private GatewayRequest(ContentPath path, string rawPath, string rawQuery)
    {
        Path = path;
        RawPath = rawPath;
        RawQuery = rawQuery;
    }

    /// <summary>The content path, each segment decoded once.</summary>
    internal ContentPath Path { get; }

    /// <summary>The path as it was sent, escapes and all.</summary>
    internal string RawPath { get; }

    /// <summary>The query as it was sent, with its question mark; empty if there is none.</summary>
    internal string RawQuery { get; }

    /// <summary>Reads the request's target as it came over the wire: the server's own path has lost what was escaped in it.</summary>
    internal static bool TryParse(HttpContext context, [NotNullWhen(true)] out GatewayRequest? request, out string problem)
    {
        request = null;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/') && Uri.TryCreate(target, UriKind.Absolute, out var absolute))
        {
            target = absolute.PathAndQuery;
        }

        var queryStart = target.IndexOf('?', StringComparison.Ordinal);
        var (rawPath, rawQuery) = queryStart < 0 ? (target, "") : (target[..queryStart], target[queryStart..]);
        var start = rawPath.IndexOf(Prefix, StringComparison.Ordinal);
        var parts = start < 0 ? [""] : rawPath[(start + Prefix.Length)..].Split('/');
        if (!Cid.TryParse(parts[0], out var root))
        {
            problem = $"'{parts[0]}' is no CID: expected /ipfs/<cid> or /ipfs/<cid>/<path>.";
            return false;
        }

        if (!ContentPath.TryCreate(root, parts.Skip(1).Select(Uri.UnescapeDataString), out var path))
        {
            problem = $"The path leads above its root, or has more than {ContentPath.MaxSegments} segments.";
            return false;
        }

        request = new(path, rawPath, rawQuery);
        problem = "";
        return true;
    }

    /// <summary>The format that is asked for, in the URL or else by the first known type in Accept; empty for the file itself.</summary>
    internal static string FormatOf(HttpContext context)
    {
        if (context.Request.Query["format"] is [{ Length: > 0 } named, ..])
        {
            return named;
        }

        foreach (var item in context.Request.Headers.Accept.SelectMany(line => (line ?? "").Split(',')))
        {
            switch (item.Split(';')[0].Trim())
            {
                case "application/vnd.ipld.raw":
                    return "raw";
                case "application/vnd.ipld.car":
                    return "car";
                case "application/x-tar":
                    return "tar";
                case "application/vnd.ipfs.ipns-record":
                    return "ipns-record";
                default:
                    break;
            }
        }

        return "";
    }

    /// <summary>The form of CAR that is asked for, in the URL or else in the parameters of Accept.</summary>
    internal static (string Version, string Order, string Dups) CarFormOf(HttpContext context)
    {
        var parameters = context.Request.Headers.Accept
            .SelectMany(line => (line ?? "").Split(','))
            .Select(item => item.Split(';', StringSplitOptions.TrimEntries))
            .FirstOrDefault(item => item[0] is "application/vnd.ipld.car") ?? [];
        return (Of("car-version", "version") ?? "1", Of("car-order", "order") ?? "dfs", Of("car-dups", "dups") ?? "n");

        string? Of(string inUrl, string inAccept) =>
            context.Request.Query[inUrl] is [{ Length: > 0 } named, ..]
                ? named
                : parameters.Select(item => item.Split('=')).FirstOrDefault(item => item is [var name, _] && string.Equals(name, inAccept, StringComparison.Ordinal))?[1];
    }

    /// <summary>Reads the first range of a <c>Range</c> header against a size.</summary>
    /// <returns>What the answer's status is to be: 200 (all of it), 206, 400 (not understood) or 416 (nothing there).</returns>
    internal static int ReadRange(string header, long size, out long from, out long length)
    {
        (from, length) = (0, size);
        if (header.Length == 0)
        {
            return StatusCodes.Status200OK;
        }

        // Sending one of several ranges is allowed, and cheaper to get right than a multipart answer.
        var bounds = header.StartsWith("bytes=", StringComparison.Ordinal) ? header["bytes=".Length..].Split(',')[0].Split('-') : [];
        if (bounds is not [var first, var last]
            || (first.Length == 0 && last.Length == 0)
            || !TryReadBound(first, out var start)
            || !TryReadBound(last, out var end)
            || (start is not null && end < start))
        {
            return StatusCodes.Status400BadRequest;
        }

        if (size == 0)
        {
            return StatusCodes.Status200OK;
        }

        (from, var until) = start is { } given
            ? (given, Math.Min(end ?? (size - 1), size - 1))
            : (Math.Max(size - end!.Value, 0), size - 1);
        length = until - from + 1;
        return from >= size || length <= 0 ? StatusCodes.Status416RangeNotSatisfiable : StatusCodes.Status206PartialContent;
    }

    private static bool TryReadBound(string text, out long? bound)
    {
        bound = null;
        if (text.Length == 0)
        {
            return true;
        }

        var isNumber = long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        bound = number;
        return isNumber;
    }
}
