using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Store;
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
                var node = UnixFsReader.Describe(store.Blocks, cid);
                if (parsed.GetValue(output) is "-")
                {
                    if (parsed.GetValue(json))
                    {
                        throw new PondException("option-conflict", "--json and the file would both go to stdout.", "Name a file with --output.");
                    }

                    WriteToStdout(terminals, store.Blocks, cid, node.FileSize, parsed.GetValue(maxBytes), cancellationToken);
                    return ExitCode.Ok;
                }

                var target = parsed.GetValue(output) ?? asked.TrimEnd('/').Split('/')[^1];
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

    private static void WriteToStdout(
        Terminals terminals, IBlockStore blocks, Cid cid, long size, long maxBytes, CancellationToken cancellationToken)
    {
        using var stdout = Console.OpenStandardOutput();
        if (Console.IsOutputRedirected)
        {
            StoreOutput.WithProgress(terminals, cid.ToString(), size, Copy);
        }
        else
        {
            // The bar would stand in the middle of the file.
            Copy(static _ => { });
        }

        bool Copy(Action<long> onBytes)
        {
            using var content = UnixFsReader.Open(new CountingBlockStore(blocks, onBytes), cid);
            if (content.Length > maxBytes)
            {
                throw new PondException(
                    "export-too-large", $"{cid} has {content.Length} bytes, and at most {maxBytes} are to be written.", "Raise --max-bytes if you trust its author.");
            }

            var buffer = new byte[CopyBytes];
            int read;
            while ((read = content.Read(buffer)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                stdout.Write(buffer, 0, read);
            }

            return true;
        }
    }
}
