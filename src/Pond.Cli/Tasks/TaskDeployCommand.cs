using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Deployment;
using Spectre.Console;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task deploy</c></summary>
internal static class TaskDeployCommand
{
    private const string YesVariable = "POND_YES";

    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var project = new ProjectOptions(terminals);
        var network = new NetworkOptions(timeProvider);
        var yes = new Option<bool>("--yes", "-y") { Description = $"Pay without being asked, as {YesVariable}=1 does." };
        var plan = new Option<bool>("--plan") { Description = "Show what it costs, and stop." };
        var isNew = new Option<bool>("--new") { Description = "Deploy a further task from this project." };
        var json = LedgerCommand.JsonOption();
        var command = new Command("deploy", "Build a task, upload it, create it on the ledger and activate it. Stopped and run again, it goes on.") { yes, plan, isNew, json };
        project.AddTo(command);
        network.AddTo(command, pays: true, stores: true);
        command.SetAction((parsed, cancellationToken) => network.RunAsync(parsed, async session =>
        {
            var (_, opened, bundle) = await project.OpenAsync(parsed, cancellationToken);
            AdviseVariables(terminals, opened.Config, session.Target);
            var payer = session.Target.ReadPayer();
            var isJson = parsed.GetValue(json);
            var deployment = new TaskDeployment(
                opened,
                session.Target,
                session.Client,
                session.Sender,
                session.Http,
                timeProvider,
                step => StoreOutput.Notice(terminals, $"{step}"));
            var earlier = parsed.GetValue(isNew) ? null : await deployment.FindEarlierAsync(cancellationToken);
            if (earlier is not { IsDone: true })
            {
                var costs = await deployment.PlanAsync(payer, cancellationToken);
                if (parsed.GetValue(plan) || !isJson)
                {
                    Show(terminals, opened, bundle, payer.PublicKey, session.Target.Rpc, costs, isJson);
                }

                if (parsed.GetValue(plan))
                {
                    return ExitCode.Ok;
                }

                Confirm(terminals, costs, parsed.GetValue(yes) || Environment.GetEnvironmentVariable(YesVariable) is "1");
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

    // Advice, since a task may well have a default of its own.
    private static void AdviseVariables(Terminals terminals, TaskConfig config, DeploymentTarget target)
    {
        foreach (var requirement in config.Requirements.Where(requirement => requirement.Type is "TASK_VARIABLE" or "GLOBAL_VARIABLE"))
        {
            if (target.Local is { } local && requirement.Value is { } name && !local.Variables.Contains(name))
            {
                StoreOutput.Notice(terminals, StoreOutput.Harmless(
                    $"advice: the task asks for the variable {name}{(requirement.Description is { } about ? $" ({about})" : "")}, and the local nodes have none. 'pond down && pond up --env {name}=VALUE' gives it to them."));
            }
        }
    }

    private static void Show(
        Terminals terminals, TaskProject project, TaskBundle? bundle, Pubkey payer, Uri ledger, DeploymentPlan plan, bool json)
    {
        if (json)
        {
            StoreOutput.Json(terminals, new
            {
                schema = 1, name = project.Config.Name, ledger, payer, bundle = bundle?.Root.ToString(), plan.Items, plan.Total, plan.Balance, plan.IsAffordable,
            });
            return;
        }

        var table = new Table().RoundedBorder().AddColumn("for").AddColumn(new TableColumn("KOII").RightAligned());
        foreach (var (what, amount) in plan.Items)
        {
            table.AddRow(Markup.Escape(what), $"{amount}");
        }

        table.AddRow("[bold]all together[/]", $"[bold]{plan.Total}[/]");
        table.AddRow("the payer has", $"{plan.Balance}");
        StoreOutput.Line(terminals, $"task     {StoreOutput.Harmless(project.Config.Name)}");
        StoreOutput.Line(terminals, $"program  {bundle?.Root.ToString() ?? project.Config.Executable} ({project.Config.ExecutableNetwork})");
        StoreOutput.Line(terminals, $"ledger   {ledger}");
        StoreOutput.Line(terminals, $"payer    {payer}");
        terminals.Out.Write(table);
    }

    private static void Confirm(Terminals terminals, DeploymentPlan plan, bool isConfirmed)
    {
        if (isConfirmed || !plan.IsAffordable)
        {
            // Without enough money the deployment itself says what is missing.
            return;
        }

        if (!terminals.Out.Profile.Capabilities.Interactive || Console.IsInputRedirected)
        {
            throw new PondException(
                "confirmation-needed", $"It costs {plan.Total}, and nobody is there to be asked.", $"Say --yes, or set {YesVariable}=1.");
        }

        if (!terminals.Out.Prompt(new ConfirmationPrompt($"Pay {plan.Total}?")))
        {
            throw new OperationCanceledException("Not confirmed.");
        }
    }
}
