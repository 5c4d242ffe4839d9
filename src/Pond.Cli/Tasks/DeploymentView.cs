using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Deployment;
using Spectre.Console;

namespace Pond.Cli.Tasks;

/// <summary>What deploying and updating show and ask before they pay.</summary>
internal static class DeploymentView
{
    private const string YesVariable = "POND_YES";

    internal static Option<bool> YesOption() => new("--yes", "-y") { Description = $"Pay without being asked, as {YesVariable}=1 does." };

    internal static Option<bool> PlanOption() => new("--plan") { Description = "Show what it costs, and stop." };

    /// <summary>Names the variables that the task asks for and the local nodes lack. Advice, since a task may well have a default of its own.</summary>
    internal static void AdviseVariables(Terminals terminals, TaskConfig config, DeploymentTarget target)
    {
        foreach (var requirement in config.Requirements.Where(requirement => requirement.Type is "TASK_VARIABLE" or "GLOBAL_VARIABLE"))
        {
            if (target.Local is { } local && requirement.Value is { } name && !local.Variables.Contains(name, StringComparer.Ordinal))
            {
                StoreOutput.Notice(terminals, StoreOutput.Harmless(
                    $"advice: the task asks for the variable {name}{(requirement.Description is { } about ? $" ({about})" : "")}, and the local nodes have none. 'pond down && pond up --env {name}=VALUE' gives it to them."));
            }
        }
    }

    /// <summary>Says on stderr that a step is done, if it is one that people wait for.</summary>
    internal static void Tell(Terminals terminals, DeploymentStep step, TaskConfig config)
    {
        var text = step switch
        {
            DeploymentStep.Planned => "planned     keys and CIDs are chosen, and on disk",
            DeploymentStep.BundleUploaded => "uploaded    the bundle, and read back",
            DeploymentStep.MetadataUploaded => "uploaded    the metadata, and read back",
            DeploymentStep.Created => "created     the ledger shows the task",
            DeploymentStep.Linked when config.ExecutableNetwork is ExecutableNetworks.Development => "linked      the local nodes run the program from this folder",
            DeploymentStep.Activated => "activated   nodes can stake and submit",
            _ => null,
        };
        if (text is not null)
        {
            StoreOutput.Notice(terminals, text);
        }
    }

    /// <summary>What will be deployed, where to, and what it costs.</summary>
    internal static void Show(
        Terminals terminals, TaskProject project, TaskBundle? bundle, Pubkey payer, Uri ledger, DeploymentPlan plan, bool json, Pubkey? replaced = null)
    {
        if (json)
        {
            StoreOutput.Json(terminals, new
            {
                schema = 1, name = project.Config.Name, replaced, ledger, payer, bundle = bundle?.Root.ToString(), plan.Items, plan.Total, plan.Balance, plan.IsAffordable,
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
        if (replaced is not null)
        {
            StoreOutput.Line(terminals, $"instead  of {replaced}");
        }

        StoreOutput.Line(terminals, $"ledger   {ledger}");
        StoreOutput.Line(terminals, $"payer    {payer}");
        terminals.Out.Write(table);
    }

    /// <summary>Asks before anything is paid.</summary>
    /// <exception cref="PondException"><c>confirmation-needed</c>: nobody is there to be asked.</exception>
    /// <exception cref="OperationCanceledException">The answer was no.</exception>
    internal static void Confirm(Terminals terminals, DeploymentPlan plan, bool isConfirmed)
    {
        if (isConfirmed || Environment.GetEnvironmentVariable(YesVariable) is "1" || !plan.IsAffordable)
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
