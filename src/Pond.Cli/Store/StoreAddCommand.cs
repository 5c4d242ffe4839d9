using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Store;

namespace Pond.Cli.Store;

/// <summary><c>pond store add PATH...</c></summary>
internal static class StoreAddCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var paths = new Argument<string[]>("path") { Description = "Files and folders.", Arity = ArgumentArity.OneOrMore };
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var version = new Option<int>("--cid-version")
        {
            Description = "1 for CIDs of version 1 and blocks of 1 MiB, 0 for what 'ipfs add' makes by default.",
            DefaultValueFactory = _ => 1,
        };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print the CIDs alone." };
        var name = new Option<string>("--name") { Description = "What the pin is called.", DefaultValueFactory = _ => "" };
        var noPin = new Option<bool>("--no-pin") { Description = "Don't pin it; the next collection deletes it." };
        var days = new Option<double?>("--expires-days") { Description = "After how many days the pin ends by itself." };
        var command = new Command("add", "Add files and folders, and pin them.") { paths, home, json, version, quiet, name, noPin, days };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                DateTimeOffset? expiry = parsed.GetValue(days) switch
                {
                    null => null,
                    > 0 and < 36_500 and var given => timeProvider.GetUtcNow().AddDays(given),
                    _ => throw new PondException("option-out-of-range", "--expires-days is a positive number.", "Choose a number of days up to 36500."),
                };
                var profile = StoreCommand.ProfileOf(parsed.GetValue(version));
                using var store = StoreCommand.Open(parsed.GetValue(home), timeProvider);
                var added = new List<object>();
                Func<Cid, Pin>? pin = parsed.GetValue(noPin)
                    ? null
                    : root => new Pin(root, parsed.GetValue(name)!) { ExpiresAt = expiry };
                foreach (var path in parsed.GetRequiredValue(paths))
                {
                    var size = File.Exists(path) ? new FileInfo(path).Length : (long?)null;
                    var imported = StoreOutput.WithProgress(
                        terminals,
                        path,
                        size,
                        onBytes => store.Add(path, profile, pin, onBytes, cancellationToken));

                    if (imported.SkippedSpecials > 0)
                    {
                        StoreOutput.Notice(terminals, $"{path}: left out {imported.SkippedSpecials} pipes, sockets or devices, which have no content.");
                    }

                    added.Add(new
                    {
                        Cid = imported.Root.ToString(), path, imported.Files, imported.Folders, imported.Links, imported.SizeBytes,
                    });
                    if (!parsed.GetValue(json))
                    {
                        StoreOutput.Line(terminals, parsed.GetValue(quiet)
                            ? imported.Root.ToString()
                            : $"{imported.Root}  {path}  {StoreOutput.Size(imported.SizeBytes)}");
                    }
                }

                if (parsed.GetValue(json))
                {
                    StoreOutput.Json(terminals, new { schema = 1, added });
                }

                return ExitCode.Ok;
            },
            cancellationToken));
        return command;
    }
}
