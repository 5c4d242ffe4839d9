using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Contracts.Operator;
using Pond.Primitives;
using Pond.Server.Nodes;
using Pond.Server.Nodes.Operator;

namespace Pond.Cli.Nodes;

/// <summary><c>pond node doctor</c> and <c>backup</c></summary>
internal static class NodeCareCommands
{
    internal static IEnumerable<Command> Create(Terminals terminals) => [Doctor(terminals), Backup(terminals)];

    private static Command Doctor(Terminals terminals)
    {
        var environment = new Option<string?>("--env") { Description = "The environment file. Default: .env.local, .env-local or .env in the folder.", HelpName = "FILE" };
        var options = new OperatorOptions(terminals);
        var command = new Command("doctor", "Look whether a node is well, and say what to do where it is not.") { environment };
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var findings = NodeDoctor.LookAtFolder(options.FolderOf(parsed), parsed.GetValue(environment)).ToList();
            try
            {
                using var client = OperatorClient.Open(options.FolderOf(parsed));
                findings.AddRange(await client.GetFindingsAsync(cancellationToken));
            }
            catch (PondException unreachable)
            {
                findings.Add(new Finding("node", NodeDoctor.Error, unreachable.Message, unreachable.Fix));
            }

            options.Show(parsed, new { schema = 1, findings }, findings.SelectMany(Describe));
            return findings.Exists(finding => finding.Level is NodeDoctor.Error) ? ExitCode.CheckFailed : ExitCode.Ok;
        });
        return command;
    }

    private static Command Backup(Terminals terminals)
    {
        var to = new Option<string>("--to") { Description = "The file to write, such as node.tar.gz. It holds keys.", Required = true, HelpName = "FILE" };
        var options = new OperatorOptions(terminals);
        var command = new Command("backup", "Write what of a node can't be made anew into one file. The node may run meanwhile.") { to };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = Path.GetFullPath(parsed.GetValue(to)!);
            var files = NodeBackup.Write(options.FolderOf(parsed), path);
            options.Show(parsed, new { schema = 1, path, files }, [.. files, $"{path} holds them; it is as secret as your keys. Unpack it in an empty folder to have the node back."]);
            return ExitCode.Ok;
        });
        return command;
    }

    private static IEnumerable<string> Describe(Finding finding)
    {
        yield return $"{finding.Level,-8} {finding.Check,-12} {Store.StoreOutput.Harmless(finding.Message)}";
        if (finding.Fix is { } fix && finding.Level is not NodeDoctor.Ok)
        {
            yield return $"{"",-21} {Store.StoreOutput.Harmless(fix)}";
        }
    }
}
