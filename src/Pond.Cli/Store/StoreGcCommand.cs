using System.CommandLine;
using Pond.Cli.Terminal;

namespace Pond.Cli.Store;

/// <summary><c>pond store gc</c></summary>
internal static class StoreGcCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var command = new Command("gc", "End the pins whose time is over, and delete the blocks that no pin keeps.") { home, json };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                using var store = StoreCommand.Open(parsed.GetValue(home), timeProvider);
                var (expiredPins, swept) = store.CollectGarbage(cancellationToken);
                if (parsed.GetValue(json))
                {
                    StoreOutput.Json(terminals, new { schema = 1, expiredPins, blocks = swept.Count, blockBytes = swept.SizeBytes });
                }
                else
                {
                    StoreOutput.Line(terminals, $"Deleted {swept.Count} blocks, {StoreOutput.Size(swept.SizeBytes)}; {expiredPins} pins had ended.");
                }

                return ExitCode.Ok;
            },
            cancellationToken));
        return command;
    }
}
