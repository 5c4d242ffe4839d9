using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Store.UnixFs;

namespace Pond.Cli.Store;

/// <summary><c>pond store ls CID[/PATH]</c></summary>
internal static class StoreListCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var path = new Argument<string>("cid") { Description = "A directory: a CID, or a path such as CID/folder." };
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var command = new Command("ls", "List a directory.") { path, home, json };
        command.SetAction(parsed =>
        {
            using var store = StoreCommand.Open(parsed.GetValue(home), timeProvider);
            var cid = StoreCommand.Resolve(store, parsed.GetRequiredValue(path));
            var entries = UnixFsReader.List(store.Blocks, cid);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new
                {
                    schema = 1,
                    cid = cid.ToString(),
                    entries = entries.Select(entry => new { entry.Name, Cid = entry.Cid.ToString(), TotalBytes = entry.Tsize }),
                });
                return ExitCode.Ok;
            }

            foreach (var entry in entries)
            {
                StoreOutput.Line(terminals, $"{entry.Cid}  {entry.Tsize}  {StoreOutput.Harmless(entry.Name)}");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
