using System.Formats.Tar;
using System.IO.Compression;
using Pond.Primitives;
using Pond.Store;
using Pond.Store.Dag;
using Pond.Store.UnixFs;

namespace Pond.Server.Content.Rpc;

/// <summary>Reading files and folders: <c>cat</c>, <c>get</c>, <c>ls</c>, <c>refs</c>.</summary>
internal static class RpcFiles
{
    private const int CopyBytes = 256 * 1024;

    internal static async Task CatAsync(RpcCall call)
    {
        _ = call.Argument;
        var offset = call.Number("offset", byDefault: 0);
        var length = call.Number("length", byDefault: long.MaxValue);
        if (offset < 0 || length < 0)
        {
            throw new RpcFailure("cannot specify negative offset or length", isOfClient: true);
        }

        var files = call.Arguments.Select(path => FileAt(call, path)).ToList();
        var total = files.Sum(file => file.FileSize);
        call.BeginBytes("text/plain", Math.Min(length, Math.Max(total - offset, 0)));
        foreach (var file in files)
        {
            await using var content = UnixFsReader.Open(call.Store.Blocks, file.Cid);
            content.Position = Math.Min(offset, content.Length);
            offset -= content.Position;
            length -= await CopyAsync(content, call.Context.Response.Body, length, call.CancellationToken);
        }
    }

    internal static async Task GetAsync(RpcCall call)
    {
        var path = RpcCall.ParsePath(call.Argument);
        var node = UnixFsReader.Describe(call.Store.Blocks, UnixFsReader.Resolve(call.Store.Blocks, path));
        var name = path.Segments.Count > 0 ? path.Segments[^1] : path.Root.ToString();
        var isCompressed = call.Flag("compress");
        var isArchive = call.Flag("archive") || !isCompressed || node.Kind != UnixFsKind.File;
        call.BeginBytes(isCompressed ? "application/gzip" : "application/x-tar", node.Kind == UnixFsKind.File ? node.FileSize : null);
        var body = call.Context.Response.Body;
        await using var compressor = isCompressed ? new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true) : null;
        Stream target = compressor is null ? body : compressor;
        if (!isArchive)
        {
            await using var content = UnixFsReader.Open(call.Store.Blocks, node.Cid);
            await content.CopyToAsync(target, CopyBytes, call.CancellationToken);
            return;
        }

        await using var tar = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
        await WriteEntryAsync(call, tar, node, name, depth: 0);
    }

    internal static async Task ListAsync(RpcCall call)
    {
        _ = call.Argument;
        var objects = call.Arguments
            .Select(path => (Path: path, Node: UnixFsReader.Describe(call.Store.Blocks, call.Resolve(path))))
            .Select(item => new
            {
                Hash = item.Path,
                Links = item.Node.IsDirectory
                    ? UnixFsReader.List(call.Store.Blocks, item.Node.Cid)
                        .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                        .Select(entry => LinkOf(call, entry))
                        .ToList()
                    : [],
            })
            .ToList();
        if (!call.Flag("stream"))
        {
            await call.AnswerAsync(new { Objects = objects });
            return;
        }

        call.BeginLines();
        foreach (var item in objects)
        {
            foreach (var link in item.Links)
            {
                await call.WriteLineAsync(new { Objects = new[] { new { item.Hash, Links = new[] { link } } } });
            }
        }
    }

    internal static async Task RefsAsync(RpcCall call)
    {
        _ = call.Argument;
        var depth = call.Flag("recursive") ? call.Number("max-depth", byDefault: -1) : 1;
        var format = call.Flag("edges") ? "<src> -> <dst>" : call.Text("format") ?? "<dst>";
        var seen = new HashSet<Cid>();
        var isUnique = call.Flag("unique");
        call.BeginLines();
        foreach (var path in call.Arguments)
        {
            // Without unique a block is named at every visit, and nine blocks can describe a million of those.
            var pending = new Stack<(Cid Cid, long Depth)>([(call.Resolve(path), 0)]);
            while (pending.TryPop(out var next))
            {
                call.CancellationToken.ThrowIfCancellationRequested();
                if (depth >= 0 && next.Depth >= depth)
                {
                    continue;
                }

                var links = LinksOf(call, next.Cid);
                foreach (var (cid, name) in links.Where(link => !isUnique || seen.Add(link.Cid)))
                {
                    var text = format
                        .Replace("<src>", call.TextOf(next.Cid), StringComparison.Ordinal)
                        .Replace("<dst>", call.TextOf(cid), StringComparison.Ordinal)
                        .Replace("<linkname>", name, StringComparison.Ordinal);
                    await call.WriteLineAsync(new { Ref = text, Err = "" });
                    pending.Push((cid, next.Depth + 1));
                }
            }
        }
    }

    private static List<(Cid Cid, string Name)> LinksOf(RpcCall call, Cid cid) =>
        cid.Codec == Multicodec.DagPb
            ? [.. DagLinks.NodeOf(cid, call.Store.Blocks.Read(cid)).Links.Select(link => (link.Cid, link.Name))]
            : [];

    private static UnixFsNode FileAt(RpcCall call, string path)
    {
        var node = UnixFsReader.Describe(call.Store.Blocks, call.Resolve(path));
        return node.IsDirectory ? throw new RpcFailure("this dag node is a directory")
            : node.Kind != UnixFsKind.File ? throw new RpcFailure("this dag node is a symbolic link")
            : node;
    }

    private static Dictionary<string, object> LinkOf(RpcCall call, DirectoryEntry entry)
    {
        var node = call.Flag("resolve-type", byDefault: true) || call.Flag("size", byDefault: true)
            ? UnixFsReader.Describe(call.Store.Blocks, entry.Cid)
            : null;
        return new(StringComparer.Ordinal)
        {
            ["Name"] = entry.Name,
            ["Hash"] = call.TextOf(entry.Cid),
            ["Size"] = node?.FileSize ?? 0,
            ["Type"] = node is null ? 0 : node.IsDirectory ? 1 : node.Kind == UnixFsKind.Symlink ? 4 : 2,
            ["Target"] = node?.SymlinkTarget ?? "",
            ["Mode"] = node?.Metadata.Mode ?? 0,
            ["ModTime"] = node?.Metadata is { ModifiedSeconds: { } seconds and >= -62135596800 and <= 253402300799 } time
                ? DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(time.ModifiedNanoseconds / 100).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ")
                : "0001-01-01T00:00:00Z",
        };
    }

    private static async Task WriteEntryAsync(RpcCall call, TarWriter tar, UnixFsNode node, string name, int depth)
    {
        call.CancellationToken.ThrowIfCancellationRequested();
        if (depth > ContentPath.MaxSegments)
        {
            throw new RpcFailure($"the folder has more than {ContentPath.MaxSegments} levels");
        }

        switch (node.Kind)
        {
            case UnixFsKind.File:
                await using (var content = UnixFsReader.Open(call.Store.Blocks, node.Cid))
                {
                    await tar.WriteEntryAsync(Entry(TarEntryType.RegularFile, name, node, content), call.CancellationToken);
                }

                break;
            case UnixFsKind.Symlink:
                var link = Entry(TarEntryType.SymbolicLink, name, node, content: null);
                link.LinkName = node.SymlinkTarget;
                await tar.WriteEntryAsync(link, call.CancellationToken);
                break;
            default:
                await tar.WriteEntryAsync(Entry(TarEntryType.Directory, name, node, content: null), call.CancellationToken);
                foreach (var entry in UnixFsReader.List(call.Store.Blocks, node.Cid))
                {
                    if (!FolderExporter.IsSafe(entry.Name))
                    {
                        throw new PondException(
                            "export-name-unsafe", $"Directory {node.Cid} has an entry whose name cannot be that of a file.", "Read its entries one by one.");
                    }

                    await WriteEntryAsync(call, tar, UnixFsReader.Describe(call.Store.Blocks, entry.Cid), $"{name}/{entry.Name}", depth + 1);
                }

                break;
        }
    }

    private static PaxTarEntry Entry(TarEntryType type, string name, UnixFsNode node, Stream? content)
    {
        var byDefault = type == TarEntryType.Directory ? 0b111_101_101u : 0b110_100_100u;
        var entry = new PaxTarEntry(type, name)
        {
            Mode = (UnixFileMode)(node.Metadata.Mode ?? byDefault),
            // One content has one archive: whoever gave no time gets the epoch.
            ModificationTime = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(node.Metadata.ModifiedSeconds ?? 0, 0, 253402300799)),
        };
        if (content is not null)
        {
            entry.DataStream = content;
        }

        return entry;
    }

    private static async Task<long> CopyAsync(Stream source, Stream target, long most, CancellationToken cancellationToken)
    {
        var buffer = new byte[CopyBytes];
        var copied = 0L;
        int read;
        while (copied < most && (read = source.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, most - copied)))) > 0)
        {
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            copied += read;
        }

        return copied;
    }
}
