using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task build</c></summary>
internal static class TaskBuildCommand
{
    internal static Command Create(Terminals terminals)
    {
        var project = new ProjectOptions(terminals);
        var json = LedgerCommand.JsonOption();
        var command = new Command("build", "Check config-task.yml, build the program, and compute the CID of its bundle. Nothing is sent.") { json };
        project.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (file, opened, bundle) = await project.OpenAsync(parsed, isUpdate: false, cancellationToken);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new
                {
                    schema = 1,
                    config = file.Path,
                    findings = file.Findings,
                    name = opened.Config.Name,
                    bundle = bundle is null ? null : new { cid = bundle.Root.ToString(), bundle.Kind, bundle.Path, bundle.Files, bundle.SizeBytes },
                });
            }
            else
            {
                StoreOutput.Line(terminals, $"config  {file.Path}: {(file.Findings.IsEmpty ? "nothing is wrong" : $"{file.Findings.Length} pieces of advice")}");
                StoreOutput.Line(terminals, bundle is null
                    ? $"bundle  on Arweave, {opened.Config.Executable}"
                    : $"bundle  {bundle.Root}, {bundle.Kind}, {bundle.Files} files, {StoreOutput.Size(bundle.SizeBytes)}, from {bundle.Path}");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
