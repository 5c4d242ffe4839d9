using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Cli.Store;

/// <summary><c>pond store import FILE</c></summary>
internal static class StoreImportCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var path = new Argument<string>("file") { Description = "A CAR file; '-' for stdin." };
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var name = new Option<string>("--name") { Description = "What the pins of the roots are called.", DefaultValueFactory = _ => "" };
        var noPin = new Option<bool>("--no-pin") { Description = "Don't pin the roots; the next collection deletes them." };
        var maxBytes = new Option<long>("--max-bytes")
        {
            Description = "How many bytes of blocks are taken at most.",
            DefaultValueFactory = _ => 1L << 40,
        };
        var command = new Command("import", "Take the blocks of a CAR file, each verified, and pin its roots.") { path, home, json, name, noPin, maxBytes };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                var source = parsed.GetRequiredValue(path);
                if (source is not "-" && !File.Exists(source))
                {
                    throw new PondException("path-not-found", $"There is no file {source}.", "Check the spelling of the path.");
                }

                using var store = StoreCommand.Open(parsed.GetValue(home), timeProvider);
                using Stream file = source is "-" ? Console.OpenStandardInput() : File.OpenRead(source);
                var imported = StoreOutput.WithProgress(
                    terminals,
                    source,
                    source is "-" ? null : new FileInfo(source).Length,
                    onBytes => store.Import(
                        file,
                        parsed.GetValue(maxBytes),
                        parsed.GetValue(noPin) ? null : root => new Pin(root, parsed.GetValue(name)!),
                        onBytes));
                var roots = imported.Roots.Distinct().ToList();
                if (parsed.GetValue(json))
                {
                    StoreOutput.Json(terminals, new { schema = 1, roots = roots.Select(root => root.ToString()), imported.BlockCount, imported.BlockBytes });
                }
                else
                {
                    roots.ForEach(root => StoreOutput.Line(terminals, root.ToString()));
                }

                return ExitCode.Ok;
            },
            cancellationToken));
        return command;
    }
}
