using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Server.Deployment;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task deploy</c></summary>
internal static class TaskDeployCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var project = new ProjectOptions(terminals);
        var network = new NetworkOptions(timeProvider);
        var yes = DeploymentView.YesOption();
        var plan = DeploymentView.PlanOption();
        var isNew = new Option<bool>("--new") { Description = "Deploy a further task from this project." };
        var json = LedgerCommand.JsonOption();
        var command = new Command("deploy", "Build a task, upload it, create it on the ledger and activate it. Stopped and run again, it goes on.") { yes, plan, isNew, json };
        project.AddTo(command);
        network.AddTo(command, pays: true, stores: true);
        command.SetAction((parsed, cancellationToken) => network.RunAsync(parsed, async session =>
        {
            var (_, opened, bundle) = await project.OpenAsync(parsed, isUpdate: false, cancellationToken);
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
            var earlier = parsed.GetValue(isNew) ? null : await deployment.FindEarlierAsync(cancellationToken);
            if (earlier is not { IsDone: true })
            {
                var costs = await deployment.PlanAsync(payer, cancellationToken);
                if (parsed.GetValue(plan) || !isJson)
                {
                    DeploymentView.Show(terminals, opened, bundle, payer.PublicKey, session.Target.Rpc, costs, isJson);
                }

                if (parsed.GetValue(plan))
                {
                    return ExitCode.Ok;
                }

                DeploymentView.Confirm(terminals, costs, parsed.GetValue(yes));
            }

            var task = await deployment.DeployAsync(payer, bundle, parsed.GetValue(isNew), cancellationToken);
            if (isJson)
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
        }));
        return command;
    }
}
