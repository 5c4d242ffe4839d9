using System.CommandLine;
using Pond.Cli.Terminal;

namespace Pond.Cli.Store;

/// <summary><c>pond store verify</c></summary>
internal static class StoreVerifyCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var repair = new Option<bool>("--repair") { Description = "Delete blocks that have changed, so that they can be fetched or added again." };
        var command = new Command("verify", "Read every block, hash it, and see that nothing pinned is missing.") { home, json, repair };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                using var store = StoreCommand.Open(parsed.GetValue(home), timeProvider);
                var found = StoreOutput.WithProgress(
                    terminals, "verify", store.Summarise().BlockBytes, onBytes => store.Verify(parsed.GetValue(repair), onBytes, cancellationToken));
                if (parsed.GetValue(json))
                {
                    StoreOutput.Json(terminals, new { schema = 1, ok = found.Problems.Count == 0, found.Blocks, blockBytes = found.SizeBytes, found.Pins, found.Problems });
                }
                else
                {
                    foreach (var problem in found.Problems)
                    {
                        StoreOutput.Line(terminals, problem);
                    }

                    StoreOutput.Line(terminals, $"{found.Blocks} blocks are whole, {StoreOutput.Size(found.SizeBytes)}; {found.Pins} pins; {found.Problems.Count} problems.");
                }

                return found.Problems.Count == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
            },
            cancellationToken));
        return command;
    }
}
