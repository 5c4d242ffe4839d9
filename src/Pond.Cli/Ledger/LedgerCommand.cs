using System.CommandLine;
using Pond.Cli.Terminal;

namespace Pond.Cli.Ledger;

/// <summary><c>pond ledger</c></summary>
internal static class LedgerCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider) =>
        new("ledger", "Run a settlement ledger, and check its data.")
        {
            LedgerRunCommand.Create(terminals, timeProvider),
            LedgerVerifyCommand.Create(terminals, timeProvider),
        };

    /// <summary>Where the ledger is kept.</summary>
    internal static Option<string?> DataOption() =>
        new("--data") { Description = $"The ledger's folder. Default: the folder 'ledger' in ${PondHome.Variable}." };

    internal static Option<bool> JsonOption() => new("--json") { Description = "Write JSON instead of text." };

    internal static string DataFolder(string? data) => data ?? PondHome.Folder("ledger");
}
