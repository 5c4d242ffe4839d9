using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Store.Cars;

namespace Pond.Cli.Store;

/// <summary><c>pond store export CID</c></summary>
internal static class StoreExportCommand
{
    private const int BufferBytes = 1024 * 1024;

    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var path = new Argument<string>("cid") { Description = "A CID, or a path such as CID/folder." };
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var output = new Option<string>("--output", "-o") { Description = "The CAR file to write; '-' for stdout.", DefaultValueFactory = _ => "-" };
        var command = new Command("export", "Write a root and everything below it as a CAR file.") { path, home, json, output };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                using var store = StoreCommand.Open(parsed.GetValue(home), timeProvider);
                var cid = StoreCommand.Resolve(store, parsed.GetRequiredValue(path));
                var target = parsed.GetValue(output)!;
                var isStdout = target is "-";
                if (isStdout && parsed.GetValue(json))
                {
                    throw new PondException("option-conflict", "--json and the CAR file would both go to stdout.", "Name a file with --output.");
                }

                // A file that is cut off must not look like a whole one.
                var partial = $"{target}.partial";
                using (Stream file = isStdout ? Console.OpenStandardOutput() : new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes))
                using (var buffered = new BufferedStream(file, BufferBytes))
                {
                    StoreOutput.WithProgress(terminals, isStdout ? cid.ToString() : target, totalBytes: null, onBytes =>
                    {
                        CarFile.Export(new CountingBlockStore(store.Blocks, onBytes), cid, buffered);
                        return true;
                    });
                }

                if (!isStdout)
                {
                    File.Move(partial, target, overwrite: true);
                    var size = new FileInfo(target).Length;
                    if (parsed.GetValue(json))
                    {
                        StoreOutput.Json(terminals, new { schema = 1, cid = cid.ToString(), path = Path.GetFullPath(target), sizeBytes = size });
                    }
                    else
                    {
                        StoreOutput.Line(terminals, $"{target}  {StoreOutput.Size(size)}");
                    }
                }

                return ExitCode.Ok;
            },
            cancellationToken));
        return command;
    }
}
