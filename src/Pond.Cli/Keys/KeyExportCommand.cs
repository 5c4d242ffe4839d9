using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Nodes;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Keys;

namespace Pond.Cli.Keys;

/// <summary><c>pond key export</c></summary>
internal static class KeyExportCommand
{
    internal static Command Create(Terminals terminals)
    {
        var name = KeyCommand.NameArgument();
        var file = new Option<string>("--to") { Description = "The file to write: a plain id.json, as the tools of Koii and Solana read it.", Required = true, HelpName = "FILE" };
        var task = new Option<string?>("--task") { Description = "Export this task's own staking key instead of the main key.", HelpName = "ID" };
        var token = new Option<bool>("--token") { Description = "The task pays in tokens." };
        var force = new Option<bool>("--force") { Description = "Overwrite the file if it is there." };
        var json = LedgerCommand.JsonOption();
        var passphrases = new Passphrases(terminals);
        var command = new Command("export", "Write a key as a plain key file, which no passphrase protects.") { name, file, task, token, force, json };
        passphrases.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            if (File.Exists(path) && !parsed.GetValue(force))
            {
                throw new PondException("file-exists", $"Refusing to overwrite {path} without --force flag", "Name another file, or say --force.");
            }

            var keys = KeyStore.Open(KeyCommand.Folder().PathOf(parsed.GetValue(name)!), passphrases.Read(parsed, parsed.GetValue(name)!)).Keys;
            var key = parsed.GetValue(task) is { } id
                ? keys.OwnStakingKeyOf(parsed.GetValue(token) ? TaskKind.Token : TaskKind.Koii, NodeTasksCommand.ParseTask(id))
                : keys.Main;
            PlainKeyFile.Write(path, key);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, address = key.PublicKey, path });
            }
            else
            {
                StoreOutput.Line(terminals, $"{key.PublicKey} is in {path} now");
                StoreOutput.Notice(terminals, "No passphrase protects that file: whoever reads it owns what the key owns.");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
