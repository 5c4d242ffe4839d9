using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Server.Deployment;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task update</c></summary>
internal static class TaskUpdateCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var project = new ProjectOptions(terminals);
        var network = new NetworkOptions(timeProvider);
        var yes = DeploymentView.YesOption();
        var plan = DeploymentView.PlanOption();
        var json = LedgerCommand.JsonOption();
        var command = new Command(
            "update", "Move a task to a new account with the program and settings as they are now; what is left of its bounty moves along. Stopped and run again, it goes on.")
        {
            yes, plan, json,
        };
        project.AddTo(command);
        network.AddTo(command, pays: true, stores: true);
        command.SetAction((parsed, cancellationToken) => network.RunAsync(parsed, async session =>
        {
            var (_, opened, bundle) = await project.OpenAsync(parsed, isUpdate: true, cancellationToken);
            DeploymentView.AdviseVariables(terminals, opened.Config, session.Target);
            var payer = session.Target.ReadPayer();
            var isJson = parsed.GetValue(json);
            var deployment = new TaskDeployment(
                opened,
                session.Target,
                session.Client,
                session.Sender,
                session.Http,
                timeProvider,
                step => DeploymentView.Tell(terminals, step, opened.Config));
            var old = await deployment.FindUpdatedAsync(cancellationToken);
            if (await deployment.IsUpToDateAsync(old, bundle, cancellationToken))
            {
                if (isJson)
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

            var costs = await deployment.PlanUpdateAsync(payer, old, cancellationToken);
            if (parsed.GetValue(plan) || !isJson)
            {
                DeploymentView.Show(terminals, opened, bundle, payer.PublicKey, session.Target.Rpc, costs, isJson, old.Task);
            }

            if (parsed.GetValue(plan))
            {
                return ExitCode.Ok;
            }

            DeploymentView.Confirm(terminals, costs, parsed.GetValue(yes));
            var task = await deployment.UpdateAsync(payer, bundle, old, cancellationToken);
            if (isJson)
            {
                StoreOutput.Json(terminals, new { schema = 1, wasUpdated = true, replaced = task.MigratedFrom, task });
            }
            else
            {
                StoreOutput.Line(terminals, $"Task ID: {task.Task}");
                StoreOutput.Line(terminals, $"It takes the place of {task.MigratedFrom}, with {task.TotalBounty} of its bounty. Nodes stake on it anew; the old one pays its open rounds.");
            }

            return ExitCode.Ok;
        }));
        return command;
    }
}
