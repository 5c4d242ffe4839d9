using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Nodes;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives.Tasks;
using Pond.Server.Keys;

namespace Pond.Cli.Keys;

/// <summary><c>pond key show</c></summary>
internal static class KeyShowCommand
{
    internal static Command Create(Terminals terminals)
    {
        var name = KeyCommand.NameArgument();
        var task = new Option<string?>("--task") { Description = "Show the addresses of the keys that this task has.", HelpName = "ID" };
        var token = new Option<bool>("--token") { Description = "The task pays in tokens." };
        var phrase = new Option<bool>("--phrase") { Description = "Show the seed phrase. Whoever sees it owns all that its keys own." };
        var json = LedgerCommand.JsonOption();
        var passphrases = new Passphrases(terminals);
        var command = new Command("show", "Show a key's address; with its passphrase a task's keys, or the seed phrase.") { name, task, token, phrase, json };
        passphrases.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = KeyCommand.Folder().PathOf(parsed.GetValue(name)!);
            var head = KeyStore.ReadHead(path);
            var secret = parsed.GetValue(phrase) || parsed.GetValue(task) is not null ? KeyStore.Open(path, passphrases.Read(parsed, parsed.GetValue(name)!)) : null;
            var kind = parsed.GetValue(token) ? TaskKind.Token : TaskKind.Koii;
            var id = parsed.GetValue(task) is { } text ? NodeTasksCommand.ParseTask(text) : default;
            var staking = parsed.GetValue(task) is null ? null : secret?.Keys.OwnStakingKeyOf(kind, id);
            var identity = parsed.GetValue(task) is null ? null : secret?.Keys.IdentityKeyOf(kind, id);
            var words = parsed.GetValue(phrase) ? secret?.Phrase?.Phrase : null;
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, name = parsed.GetValue(name), head.Address, head.Scheme, path, staking = staking?.PublicKey, identity = identity?.PublicKey, phrase = words });
                return ExitCode.Ok;
            }

            StoreOutput.Line(terminals, $"address   {head.Address}");
            StoreOutput.Line(terminals, $"scheme    {head.Scheme ?? "no phrase"}");
            StoreOutput.Line(terminals, $"store     {path}");
            if (staking is not null && identity is not null)
            {
                StoreOutput.Line(terminals, $"staking   {staking.PublicKey}");
                StoreOutput.Line(terminals, $"identity  {identity.PublicKey}");
            }

            if (parsed.GetValue(phrase))
            {
                StoreOutput.Line(terminals, words is null ? "This key was imported without a phrase; export it with 'pond key export'." : $"phrase    {words}");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
