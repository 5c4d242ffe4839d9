using System.CommandLine;
using Pond.Cli.Terminal;

namespace Pond.Cli.Ledger;

/// <summary><c>pond ledger</c></summary>
internal static class LedgerCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var command = new Command("ledger", "Run a settlement ledger, check its data, and do with a local network what no transaction can.")
        {
            LedgerRunCommand.Create(terminals, timeProvider),
            LedgerVerifyCommand.Create(terminals, timeProvider),
        };
        foreach (var power in PowerCommands.Create(terminals, timeProvider))
        {
            command.Add(power);
        }

        return command;
    }

    /// <summary>Where the ledger is kept.</summary>
    internal static Option<string?> DataOption() =>
        new("--data") { Description = $"The ledger's folder. Default: the folder 'ledger' in ${PondHome.Variable}." };

    internal static Option<bool> JsonOption() => new("--json") { Description = "Write JSON instead of text." };

    internal static string DataFolder(string? data) => data ?? PondHome.Folder("ledger");
}
