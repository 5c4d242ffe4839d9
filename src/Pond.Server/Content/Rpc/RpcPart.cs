using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Pond.Store.UnixFs;

namespace Pond.Server.Content.Rpc;

/// <summary>A part of a multipart body: a file, a folder or a link, and where it goes.</summary>
internal sealed record RpcPart(string Path, IReadOnlyList<string> Segments, RpcPartKind Kind, UnixFsMetadata Metadata, Stream Body)
{
    internal static RpcPart Of(MultipartSection section)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
        {
            throw new RpcFailure("a part of the body has no Content-Disposition", isOfClient: true);
        }

        var sent = HeaderUtilities.RemoveQuotes(disposition.FileName).Value ?? "";
        var path = Uri.UnescapeDataString(sent.Replace('+', ' '));
        var segments = path.Split('/').Where(segment => segment is not ("" or ".")).ToList();
        if (path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal) || segments.Contains("..", StringComparer.Ordinal)
            || segments.Count > ContentPath.MaxSegments)
        {
            throw new RpcFailure($"\"{sent}\" is no path for a part: expected names below the root, without '..'", isOfClient: true);
        }

        var kind = section.ContentType switch
        {
            "application/x-directory" => RpcPartKind.Directory,
            "application/symlink" => RpcPartKind.Symlink,
            _ => RpcPartKind.File,
        };
        return new(path, segments, kind, MetadataOf(HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? ""), section.Body);
    }

    // Mode and time ride in the part's name: file?mode=0644&mtime=1700000000&mtime-nsecs=5
    private static UnixFsMetadata MetadataOf(string name)
    {
        var start = name.IndexOf('?', StringComparison.Ordinal);
        if (start < 0)
        {
            return UnixFsMetadata.None;
        }

        var query = QueryHelpers.ParseQuery(name[start..]);
        return ParseMetadata(
            query.TryGetValue("mode", out var mode) ? mode.ToString() : null,
            query.TryGetValue("mtime", out var seconds) ? seconds.ToString() : null,
            query.TryGetValue("mtime-nsecs", out var nanoseconds) ? nanoseconds.ToString() : null);
    }

    internal static UnixFsMetadata ParseMetadata(string? mode, string? seconds, string? nanoseconds)
    {
        try
        {
            return new(
                mode is null ? null : Convert.ToUInt32(mode, 8) & 0xFFF,
                seconds is null ? null : long.Parse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                nanoseconds is null ? 0 : uint.Parse(nanoseconds, NumberStyles.None, CultureInfo.InvariantCulture));
        }
        catch (Exception cause) when (cause is FormatException or OverflowException or ArgumentException)
        {
            throw new RpcFailure("mode is an octal number, mtime and mtime-nsecs are decimal ones", isOfClient: true);
        }
    }
}
