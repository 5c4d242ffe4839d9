using System.CommandLine;
using System.Security.Cryptography;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives.Cryptography;
using Pond.Server.Keys;

namespace Pond.Cli.Keys;

/// <summary><c>pond key new</c></summary>
internal static class KeyNewCommand
{
    internal static Command Create(Terminals terminals)
    {
        var name = KeyCommand.NameArgument();
        var words = new Option<int>("--words") { Description = "How many words: 12 or 24.", DefaultValueFactory = _ => 12 };
        words.AcceptOnlyFromAmong("12", "24");
        var json = LedgerCommand.JsonOption();
        var passphrases = new Passphrases(terminals);
        var command = new Command("new", "Make a seed phrase and a key store for it. The words are shown once: write them down.") { name, words, json };
        passphrases.AddTo(command);
        command.SetAction(parsed =>
        {
            var phrase = Mnemonic.FromEntropy(RandomNumberGenerator.GetBytes(parsed.GetValue(words) * 4 / 3));
            var secret = StoredSecret.Of(phrase, "", KeyScheme.Koii);
            var path = KeyCommand.Folder().Add(parsed.GetValue(name)!, secret, passphrases.ReadNew(parsed), SecretBoxCost.Moderate);
            var address = KeyStore.ReadHead(path).Address;
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, name = parsed.GetValue(name), address, scheme = KeySchemes.NameOf(KeyScheme.Koii), path, phrase = phrase.Phrase });
            }
            else
            {
                StoreOutput.Line(terminals, $"address  {address}");
                StoreOutput.Line(terminals, $"store    {path}");
                StoreOutput.Line(terminals, $"phrase   {phrase.Phrase}");
                StoreOutput.Notice(terminals, "Write the words down in their order and keep them where nobody finds them: they give back this key and the stakes of all its tasks.");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
