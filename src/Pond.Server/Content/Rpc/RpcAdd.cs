using System.Globalization;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Server.Content.Rpc;

/// <summary><c>add</c>: files and folders from a multipart body.</summary>
internal static class RpcAdd
{
    private const int ReadBytes = 128 * 1024;
    private const long ProgressStepBytes = 256 * 1024;

    internal static async Task AddAsync(RpcCall call)
    {
        var profile = ProfileOf(call);
        Refuse(call, "trickle", "the trickle layout is not written here; leave out --trickle");
        Refuse(call, "inline", "blocks are not put into CIDs here; leave out --inline");
        if (call.Text("to-files") is not null)
        {
            throw new RpcFailure("there is no mutable file system here; leave out --to-files", isOfClient: true);
        }

        using var writer = call.Store.BeginAdd("");
        IBlockStore blocks = call.Flag("only-hash") ? new ForgetfulBlockStore() : writer;
        var root = new AddedFolder("");
        var globalMetadata = RpcPart.ParseMetadata(call.Text("mode"), call.Text("mtime"), call.Text("mtime-nsecs"));
        call.BeginLines();
        await foreach (var part in call.ReadPartsAsync())
        {
            var metadata = part.Metadata.IsEmpty ? globalMetadata : part.Metadata;
            switch (part.Kind)
            {
                case RpcPartKind.Directory:
                    root.FolderAt(part.Segments);
                    continue;
                case RpcPartKind.Symlink:
                    var target = await new StreamReader(part.Body).ReadToEndAsync(call.CancellationToken);
                    await TakeAsync(call, root, part, SymlinkBuilder.Add(target, blocks, profile), metadata: UnixFsMetadata.None);
                    continue;
                default:
                    await TakeAsync(call, root, part, await AddFileAsync(call, part, blocks, profile, metadata), metadata);
                    continue;
            }
        }

        if (root.Files.Count + root.Folders.Count == 0)
        {
            throw new RpcFailure("no files were sent", isOfClient: true);
        }

        var tops = new List<AddedContent>(root.Files.Values);
        foreach (var folder in root.Folders.Values)
        {
            tops.Add(await BuildAsync(call, folder, blocks, profile));
        }

        if (call.Flag("wrap-with-directory"))
        {
            tops = [await BuildAsync(call, root, blocks, profile)];
        }

        if (call.Flag("pin", byDefault: true) && !call.Flag("only-hash"))
        {
            foreach (var top in tops)
            {
                writer.Pin(new Pin(top.Cid, call.Text("pin-name") ?? ""));
            }
        }
        else
        {
            call.Store.Blocks.Flush();
        }
    }

    internal static UnixFsProfile ProfileOf(RpcCall call)
    {
        var version = call.Number("cid-version", byDefault: 0);
        if (version is not (0 or 1))
        {
            throw new RpcFailure($"unknown CID version: {version}", isOfClient: true);
        }

        if (call.Text("hash") is { } hash && hash is not "sha2-256")
        {
            throw new RpcFailure($"hash function {hash} is not written here; use sha2-256", isOfClient: true);
        }

        var profile = UnixFsProfile.V0Of2015 with { CidVersion = (int)version, HasRawLeaves = call.Flag("raw-leaves", byDefault: version == 1) };
        if (call.Number("max-file-links", byDefault: 0) is > 0 and <= int.MaxValue and var links)
        {
            profile = profile with { MaxLinks = (int)links };
        }

        return call.Text("chunker") is not { } chunker ? profile : profile with { ChunkBytes = ChunkBytesOf(chunker) };
    }

    private static int ChunkBytesOf(string chunker)
    {
        if (!chunker.StartsWith("size-", StringComparison.Ordinal)
            || !int.TryParse(chunker.AsSpan("size-".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            || bytes is < 1 or > UnixFsProfile.MaxChunkBytes)
        {
            throw new RpcFailure(
                $"chunker \"{chunker}\" is not known here: expected size-<bytes> with 1 to {UnixFsProfile.MaxChunkBytes}", isOfClient: true);
        }

        return bytes;
    }

    private static void Refuse(RpcCall call, string option, string why)
    {
        if (call.Flag(option))
        {
            throw new RpcFailure(why, isOfClient: true);
        }
    }

    private static async Task<AddedContent> AddFileAsync(
        RpcCall call, RpcPart part, IBlockStore blocks, UnixFsProfile profile, UnixFsMetadata metadata)
    {
        var builder = new FileBuilder(blocks, profile, metadata);
        var buffer = new byte[ReadBytes];
        var progress = call.Flag("progress");
        var bytes = 0L;
        var reported = 0L;
        int read;
        while ((read = await part.Body.ReadAsync(buffer, call.CancellationToken)) > 0)
        {
            builder.Append(buffer.AsSpan(0, read));
            bytes += read;
            if (progress && bytes - reported >= ProgressStepBytes)
            {
                reported = bytes;
                await call.WriteLineAsync(new { Name = part.Path, Bytes = bytes });
            }
        }

        if (progress)
        {
            await call.WriteLineAsync(new { Name = part.Path, Bytes = bytes });
        }

        return builder.Complete();
    }

    private static async Task TakeAsync(RpcCall call, AddedFolder root, RpcPart part, AddedContent content, UnixFsMetadata metadata)
    {
        var text = call.TextOf(content.Cid);
        var segments = part.Segments.Count == 0 ? [text] : part.Segments;
        root.FolderAt([.. segments.SkipLast(1)]).Files[segments[^1]] = content;
        await ReportAsync(call, string.Join('/', segments), text, content.Tsize, metadata);
    }

    // Children first, in the order of their names.
    private static async Task<AddedContent> BuildAsync(RpcCall call, AddedFolder folder, IBlockStore blocks, UnixFsProfile profile)
    {
        if (folder.Built is { } built)
        {
            return built;
        }

        var builder = new DirectoryBuilder();
        foreach (var (name, content) in folder.Files)
        {
            builder.Add(name, content);
        }

        foreach (var (name, below) in folder.Folders)
        {
            builder.Add(name, await BuildAsync(call, below, blocks, profile));
        }

        var result = builder.Build(blocks, profile);
        folder.Built = result;
        await ReportAsync(call, folder.Path, call.TextOf(result.Cid), result.Tsize, UnixFsMetadata.None);
        return result;
    }

    private static Task ReportAsync(RpcCall call, string name, string hash, ulong size, UnixFsMetadata metadata)
    {
        if (call.Flag("silent"))
        {
            return Task.CompletedTask;
        }

        var line = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["Name"] = name,
            ["Hash"] = hash,
            ["Size"] = size.ToString(CultureInfo.InvariantCulture),
        };
        if (metadata.Mode is { } mode)
        {
            line["Mode"] = "0" + Convert.ToString(mode, 8);
        }

        if (metadata.ModifiedSeconds is { } seconds)
        {
            line["Mtime"] = seconds;
            if (metadata.ModifiedNanoseconds > 0)
            {
                line["MtimeNsecs"] = metadata.ModifiedNanoseconds;
            }
        }

        return call.WriteLineAsync(line);
    }

    private sealed class AddedFolder(string path)
    {
        internal string Path { get; } = path;

        internal SortedDictionary<string, AddedContent> Files { get; } = new(StringComparer.Ordinal);

        internal SortedDictionary<string, AddedFolder> Folders { get; } = new(StringComparer.Ordinal);

        internal AddedContent? Built { get; set; }

        internal AddedFolder FolderAt(IReadOnlyList<string> segments)
        {
            var folder = this;
            foreach (var segment in segments)
            {
                if (folder.Files.ContainsKey(segment))
                {
                    throw new RpcFailure($"\"{segment}\" is a file and a folder in one body", isOfClient: true);
                }

                if (!folder.Folders.TryGetValue(segment, out var below))
                {
                    below = new(folder.Path.Length == 0 ? segment : $"{folder.Path}/{segment}");
                    folder.Folders.Add(segment, below);
                }

                folder = below;
            }

            return folder;
        }
    }
}
