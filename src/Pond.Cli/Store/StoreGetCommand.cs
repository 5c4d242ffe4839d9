using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Server.Content;
using Pond.Store.UnixFs;

namespace Pond.Cli.Store;

/// <summary><c>pond store get CID[/PATH]</c></summary>
internal static class StoreGetCommand
{
    private const int CopyBytes = 1024 * 1024;

    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var path = new Argument<string>("cid") { Description = "A CID, or a path such as CID/folder/file." };
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Where to write; '-' for stdout. Default: a file or folder named as the last part of the path.",
        };
        var maxBytes = new Option<long>("--max-bytes")
        {
            Description = "How many bytes are written at most.",
            DefaultValueFactory = _ => 1L << 40,
        };
        var command = new Command("get", "Write a file or a folder to disk, or a file to stdout.") { path, home, json, output, maxBytes };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                var asked = parsed.GetRequiredValue(path);
                using var store = StoreCommand.Open(parsed.GetValue(home), timeProvider);
                var cid = StoreCommand.Resolve(store, asked);
                if (parsed.GetValue(output) is "-")
                {
                    using var content = UnixFsReader.Open(store.Blocks, cid);
                    using var stdout = Console.OpenStandardOutput();
                    content.CopyTo(stdout, CopyBytes);
                    return ExitCode.Ok;
                }

                var target = parsed.GetValue(output) ?? asked.TrimEnd('/').Split('/')[^1];
                var node = UnixFsReader.Describe(store.Blocks, cid);
                var exported = StoreOutput.WithProgress(
                    terminals,
                    target,
                    node.IsDirectory ? null : node.FileSize,
                    onBytes => FolderExporter.Export(
                        new CountingBlockStore(store.Blocks, onBytes), cid, target, parsed.GetValue(maxBytes), maxEntries: 10_000_000, cancellationToken));
                if (parsed.GetValue(json))
                {
                    StoreOutput.Json(terminals, new { schema = 1, cid = cid.ToString(), path = Path.GetFullPath(target), exported });
                }
                else
                {
                    StoreOutput.Line(terminals, $"{target}  {exported.Files} files  {StoreOutput.Size(exported.SizeBytes)}");
                    if (exported.SkippedLinks > 0)
                    {
                        StoreOutput.Notice(terminals, $"Left out {exported.SkippedLinks} symbolic links: a stranger's link could lead anywhere.");
                    }
                }

                return ExitCode.Ok;
            },
            cancellationToken));
        return command;
    }
}
