using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Terminal;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Deployment;

namespace Pond.Cli.Tasks;

/// <summary>What deploying and updating have alike: the project, the network, and that nothing is paid before it is shown and agreed to.</summary>
internal sealed class DeploymentOptions(Terminals terminals, TimeProvider timeProvider)
{
    private readonly ProjectOptions _project = new(terminals);
    private readonly NetworkOptions _network = new(timeProvider);
    private readonly Option<bool> _yes = DeploymentView.YesOption();
    private readonly Option<bool> _plan = DeploymentView.PlanOption();
    private readonly Option<bool> _json = LedgerCommand.JsonOption();

    internal void AddTo(Command command)
    {
        command.Add(_yes);
        command.Add(_plan);
        command.Add(_json);
        _project.AddTo(command);
        _network.AddTo(command, pays: true, stores: true);
    }

    /// <summary>Opens the project and the network, and does the work with them.</summary>
    internal Task<int> RunAsync(ParseResult parsed, bool isUpdate, Func<DeploymentRun, Task<int>> work, CancellationToken cancellationToken) =>
        _network.RunAsync(parsed, async session =>
        {
            var (_, project, bundle) = await _project.OpenAsync(parsed, isUpdate, cancellationToken);
            DeploymentView.AdviseVariables(terminals, project.Config, session.Target);
            var payer = session.Target.ReadPayer();
            var deployment = new TaskDeployment(
                project,
                session.Target,
                session.Client,
                session.Sender,
                session.Http,
                timeProvider,
                step => DeploymentView.Tell(terminals, step, project.Config));
            return await work(new(deployment, payer, bundle, parsed.GetValue(_json), Agree));

            bool Agree(DeploymentPlan costs, TaskInfo? replaced)
            {
                var isPlan = parsed.GetValue(_plan);
                if (isPlan || !parsed.GetValue(_json))
                {
                    DeploymentView.Show(
                        terminals, project, bundle, payer.PublicKey, session.Target.Rpc, costs, parsed.GetValue(_json), replaced?.Task);
                }

                if (!isPlan)
                {
                    DeploymentView.Confirm(terminals, costs, parsed.GetValue(_yes));
                }

                return !isPlan;
            }
        });
}

/// <summary>A project that is about to be deployed or updated.</summary>
/// <param name="Deployment">Does it.</param>
/// <param name="Payer">Who pays.</param>
/// <param name="Bundle">The program; null for ARWEAVE.</param>
/// <param name="IsJson">Whether the answer is for scripts.</param>
/// <param name="Agree">Shows what it costs, and which task it takes the place of, and asks; false if the plan was all that was wanted.</param>
internal sealed record DeploymentRun(
    TaskDeployment Deployment, Keypair Payer, TaskBundle? Bundle, bool IsJson, Func<DeploymentPlan, TaskInfo?, bool> Agree);
