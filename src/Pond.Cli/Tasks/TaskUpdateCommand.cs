using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task update</c></summary>
internal static class TaskUpdateCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var options = new DeploymentOptions(terminals, timeProvider);
        var command = new Command(
            "update", "Move a task to a new account with the program and settings as they are now; what is left of its bounty moves along. Stopped and run again, it goes on.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(
            parsed,
            isUpdate: true,
            async run =>
            {
                var old = await run.Deployment.FindUpdatedAsync(cancellationToken);
                if (await run.Deployment.IsUpToDateAsync(old, run.Bundle, cancellationToken))
                {
                    if (run.IsJson)
                    {
                        StoreOutput.Json(terminals, new { schema = 1, wasUpdated = false, replaced = old.MigratedFrom, task = old });
                    }
                    else
                    {
                        StoreOutput.Line(terminals, $"Task ID: {old.Task}");
                        StoreOutput.Line(terminals, "It is as this folder says already: nothing was done.");
                    }

                    return ExitCode.Ok;
                }

                if (!run.Agree(await run.Deployment.PlanUpdateAsync(run.Payer, old, cancellationToken), old))
                {
                    return ExitCode.Ok;
                }

                var task = await run.Deployment.UpdateAsync(run.Payer, run.Bundle, old, cancellationToken);
                if (run.IsJson)
                {
                    StoreOutput.Json(terminals, new { schema = 1, wasUpdated = true, replaced = task.MigratedFrom, task });
                }
                else
                {
                    StoreOutput.Line(terminals, $"Task ID: {task.Task}");
                    StoreOutput.Line(terminals, $"It takes the place of {task.MigratedFrom}, with {task.TotalBounty} of its bounty. Nodes stake on it anew; the old one pays its open rounds.");
                }

                return ExitCode.Ok;
            },
            cancellationToken));
        return command;
    }
}
