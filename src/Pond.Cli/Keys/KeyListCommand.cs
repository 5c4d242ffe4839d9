using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;

namespace Pond.Cli.Keys;

/// <summary><c>pond key list</c></summary>
internal static class KeyListCommand
{
    internal static Command Create(Terminals terminals)
    {
        var json = LedgerCommand.JsonOption();
        var command = new Command("list", "List the key stores of this user.") { json };
        command.SetAction(parsed =>
        {
            var keys = KeyCommand.Folder().List();
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, keys = keys.Select(pair => new { name = pair.Key, pair.Value.Address, pair.Value.Scheme, hasPhrase = pair.Value.Scheme is not null }) });
                return ExitCode.Ok;
            }

            foreach (var (name, head) in keys)
            {
                StoreOutput.Line(terminals, $"{name,-12} {head.Address}  {head.Scheme ?? "no phrase"}");
            }

            if (keys.IsEmpty)
            {
                StoreOutput.Notice(terminals, "There are none yet. 'pond key new' makes one, 'pond key import' takes over one that you have.");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
