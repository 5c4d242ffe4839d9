using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Client.Content;
using Pond.Primitives;
using Pond.Primitives.Cryptography;

namespace Pond.Cli.Store;

/// <summary><c>pond store upload FILE</c></summary>
internal static class StoreUploadCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var path = new Argument<string>("file") { Description = "The file." };
        var target = StoreCommand.AddressOption("--to", "The gateway of a node that takes uploads.", isRequired: true);
        var wallet = new Option<FileInfo>("--staking-wallet") { Description = "The key file of the staking wallet that signs.", Required = true };
        var task = new Option<string>("--task") { Description = "The task that it is for.", DefaultValueFactory = _ => "" };
        var round = new Option<string>("--round") { Description = "The round that it is for.", DefaultValueFactory = _ => "" };
        var json = StoreCommand.JsonOption();
        var command = new Command("upload", "Hand a file to a node that keeps files of staking wallets.") { path, target, wallet, task, round, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var file = parsed.GetRequiredValue(wallet);
            if (!file.Exists)
            {
                throw new PondException("path-not-found", $"There is no key file {file}.", "Check the spelling of the path.");
            }

            Keypair key;
            try
            {
                key = Keypair.ParseKeyFile(await File.ReadAllTextAsync(file.FullName, cancellationToken));
            }
            catch (FormatException cause)
            {
                throw new PondException("key-invalid", $"{file} is no key file: {cause.Message}", "Name the wallet's JSON file.", innerException: cause);
            }

            using var client = new StorageClient(parsed.GetRequiredValue(target)!, timeProvider);
            var given = parsed.GetRequiredValue(path);
            var cid = await client.UploadAsync(given, key, parsed.GetValue(task)!, parsed.GetValue(round)!, cancellationToken);
            var name = Path.GetFileName(given);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, cid = cid.ToString(), path = $"{cid}/{name}" });
            }
            else
            {
                StoreOutput.Line(terminals, $"{cid}/{name}");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
