using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Server.LocalNetworks;

namespace Pond.Cli.LocalNetworks;

/// <summary><c>pond down</c></summary>
internal static class DownCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var home = UpCommand.HomeOption();
        var json = LedgerCommand.JsonOption();
        var command = new Command("down", "Stop the network on this machine. Its ledger, store and nodes keep their data.") { home, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var network = new LocalNetworkHome(UpCommand.FolderOf(parsed.GetValue(home)));
            var wasRunning = await LocalNetworkDaemon.StopAsync(network, timeProvider, cancellationToken);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, wasRunning, home = network.Folder });
            }
            else
            {
                StoreOutput.Line(
                    terminals,
                    wasRunning ? $"Stopped. Its data stays in {network.Folder}; 'pond up' goes on." : $"No local network runs in {network.Folder}.");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
