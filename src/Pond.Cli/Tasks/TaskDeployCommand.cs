using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task deploy</c></summary>
internal static class TaskDeployCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var options = new DeploymentOptions(terminals, timeProvider);
        var isNew = new Option<bool>("--new") { Description = "Deploy a further task from this project." };
        var command = new Command("deploy", "Build a task, upload it, create it on the ledger and activate it. Stopped and run again, it goes on.") { isNew };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(
            parsed,
            isUpdate: false,
            async run =>
            {
                var earlier = parsed.GetValue(isNew) ? null : await run.Deployment.FindEarlierAsync(cancellationToken);
                if (earlier is not { IsDone: true } && !run.Agree(await run.Deployment.PlanAsync(run.Payer, cancellationToken), null))
                {
                    return ExitCode.Ok;
                }

                var task = await run.Deployment.DeployAsync(run.Payer, run.Bundle, parsed.GetValue(isNew), cancellationToken);
                if (run.IsJson)
                {
                    StoreOutput.Json(terminals, new { schema = 1, wasDeployed = earlier is { IsDone: true }, task });
                }
                else
                {
                    StoreOutput.Line(terminals, $"Task ID: {task.Task}");
                    StoreOutput.Line(terminals, earlier is { IsDone: true }
                        ? "It was deployed before, and nothing has changed since. --new deploys a further one."
                        : $"It is active. See its rounds with: pond task status {task.Task.ToString()[..8]}");
                }

                return ExitCode.Ok;
            },
            cancellationToken));
        return command;
    }
}
