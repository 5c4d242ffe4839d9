using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Tasks;
using Pond.Cli.Terminal;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Keys;
using Spectre.Console;

namespace Pond.Cli.Keys;

/// <summary><c>pond key import</c></summary>
internal static class KeyImportCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var name = KeyCommand.NameArgument();
        var phraseFile = new Option<string?>("--phrase-file") { Description = "A file whose first line is the seed phrase. Default: you are asked.", HelpName = "FILE" };
        var keyFile = new Option<string?>("--key-file") { Description = "A plain key file, id.json, in place of a seed phrase.", HelpName = "FILE" };
        var scheme = new Option<string?>("--scheme")
        {
            Description = "How the main key is made of the words: koii (Finnie, desktop node), cli (koii-keygen), phantom, staking or kpl-staking. Default: you choose by address and balance.",
        };
        scheme.AcceptOnlyFromAmong([.. KeySchemes.All.Select(KeySchemes.NameOf)]);
        var further = new Option<bool>("--phrase-passphrase") { Description = "Ask for a further secret that is part of the phrase, which few wallets have." };
        var json = LedgerCommand.JsonOption();
        var passphrases = new Passphrases(terminals);
        var network = new NetworkOptions(timeProvider);
        var command = new Command("import", "Take over a seed phrase or a key file. Each wallet's scheme is shown with its address and balance.")
        {
            name, phraseFile, keyFile, scheme, further, json,
        };
        network.AddTo(command, pays: false, stores: false);
        passphrases.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(phraseFile) is not null && parsed.GetValue(keyFile) is not null)
            {
                throw new PondException("option-conflict", "--phrase-file and --key-file exclude each other.", "Name one of them.");
            }

            var candidates = Array.Empty<KeyCandidate>();
            StoredSecret secret;
            if (parsed.GetValue(keyFile) is { } file)
            {
                secret = StoredSecret.Of(PlainKeyFile.Read(file));
            }
            else
            {
                var phrase = ReadPhrase(passphrases, parsed.GetValue(phraseFile));
                var furtherSecret = parsed.GetValue(further) ? passphrases.Ask("The further secret of the phrase:") : "";
                candidates = await LookAsync(phrase, furtherSecret, network, parsed, terminals, cancellationToken);
                secret = StoredSecret.Of(phrase, furtherSecret, Choose(terminals, candidates, parsed.GetValue(scheme), parsed.GetValue(json)));
            }

            var path = KeyCommand.Folder().Add(parsed.GetValue(name)!, secret, passphrases.ReadNew(parsed), SecretBoxCost.Moderate);
            var head = KeyStore.ReadHead(path);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, name = parsed.GetValue(name), head.Address, head.Scheme, path, candidates });
            }
            else
            {
                StoreOutput.Line(terminals, $"address  {head.Address}");
                StoreOutput.Line(terminals, $"store    {path}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Mnemonic ReadPhrase(Passphrases passphrases, string? file)
    {
        try
        {
            return Mnemonic.Parse(file is null ? passphrases.Ask("Your seed phrase:") : Passphrases.ReadSecretFile(file));
        }
        catch (FormatException wrong)
        {
            throw new PondException("phrase-invalid", wrong.Message, "Compare it with what you wrote down, word by word.", innerException: wrong);
        }
    }

    private static async Task<KeyCandidate[]> LookAsync(
        Mnemonic phrase, string further, NetworkOptions network, ParseResult parsed, Terminals terminals, CancellationToken cancellationToken)
    {
        byte[] seed;
        try
        {
            seed = phrase.ToSeed(further);
        }
        catch (FormatException wrong)
        {
            throw new PondException("phrase-invalid", wrong.Message, "Write it without such letters, or import the key as a key file.", innerException: wrong);
        }

        var candidates = KeySchemes.All
            .Select(scheme => new KeyCandidate(KeySchemes.NameOf(scheme), KeySchemes.PathOf(scheme)?.ToString(), KeySchemes.Derive(seed, scheme).PublicKey, null)).ToArray();
        try
        {
            await network.RunAsync(parsed, async session =>
            {
                var accounts = await session.Client.GetMultipleAccountsAsync([.. candidates.Select(each => each.Address)], Commitment.Confirmed, cancellationToken);
                candidates = [.. candidates.Zip(accounts, (each, account) => each with { Balance = account?.Lamports ?? Lamports.Zero })];
                return ExitCode.Ok;
            });
        }
        catch (PondException unreachable)
        {
            // The balances help to choose; the keys are the same without them.
            StoreOutput.Notice(terminals, $"The balances can't be shown: {unreachable.Message} {unreachable.Fix}");
        }

        return candidates;
    }

    private static KeyScheme Choose(Terminals terminals, KeyCandidate[] candidates, string? given, bool isJson)
    {
        if (!isJson)
        {
            foreach (var each in candidates)
            {
                StoreOutput.Line(terminals, $"{each.Scheme,-12} {each.Path ?? "no path",-18} {each.Address,-44}  {(each.Balance is { } balance ? balance.ToString() : "?")}");
            }
        }

        if (KeySchemes.TryParse(given, out var scheme))
        {
            return scheme;
        }

        if (!terminals.Error.Profile.Capabilities.Interactive || Console.IsInputRedirected)
        {
            throw new PondException(
                "scheme-missing",
                $"The same words give another main key in each wallet: {string.Join(", ", candidates.Select(each => $"{each.Scheme} {each.Address}"))}.",
                "Say which one is yours with --scheme; 'koii' is that of Finnie and the desktop node.");
        }

        var chosen = terminals.Error.Prompt(new SelectionPrompt<string>().Title("Which one is your main key?").AddChoices(candidates.Select(each => each.Scheme)));
        return KeySchemes.TryParse(chosen, out scheme) ? scheme : KeyScheme.Koii;
    }
}

/// <summary>A main key that a phrase may stand for.</summary>
/// <param name="Scheme">The wallet's scheme.</param>
/// <param name="Path">Its path; null if it has none.</param>
/// <param name="Address">The key's address.</param>
/// <param name="Balance">What is on it; null if that could not be learnt.</param>
internal sealed record KeyCandidate(string Scheme, string? Path, Pubkey Address, Lamports? Balance);
