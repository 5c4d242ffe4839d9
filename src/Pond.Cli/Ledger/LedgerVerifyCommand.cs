using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Server.Ledger;
using Pond.Server.LocalNetworks;

namespace Pond.Cli.Ledger;

/// <summary><c>pond ledger verify</c></summary>
internal static class LedgerVerifyCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var data = LedgerCommand.DataOption();
        var json = LedgerCommand.JsonOption();
        var command = new Command("verify", "Make every block of a ledger's folder again and compare all hashes. The ledger must not run.") { data, json };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () => Run(terminals, timeProvider, LedgerCommand.DataFolder(parsed.GetValue(data)), parsed.GetValue(json), cancellationToken),
            cancellationToken));
        return command;
    }

    private static int Run(Terminals terminals, TimeProvider timeProvider, string root, bool json, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(root))
        {
            throw new Primitives.PondException("folder-missing", $"There is no folder {root}.", "Name the ledger's folder with --data.");
        }

        var folder = LocalNetworkFolder.Open(root, slotDuration: null, timeProvider);
        var found = LedgerVerification.Run(folder.Root, folder.Genesis, _ => { }, cancellationToken);
        if (json)
        {
            StoreOutput.Json(terminals, new
            {
                schema = 1,
                ok = found.Problems.IsEmpty,
                found.Height,
                blockhash = found.BlockHash,
                found.Blocks,
                found.Transactions,
                found.Snapshots,
                found.Problems,
            });
        }
        else
        {
            foreach (var problem in found.Problems)
            {
                StoreOutput.Line(terminals, problem);
            }

            StoreOutput.Line(
                terminals,
                $"{found.Blocks} blocks up to height {found.Height} with {found.Transactions} transactions were made again, hash {found.BlockHash}; {found.Snapshots} snapshots are equal; {found.Problems.Length} problems.");
        }

        return found.Problems.IsEmpty ? ExitCode.Ok : ExitCode.CheckFailed;
    }
}
