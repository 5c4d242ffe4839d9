using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;
using Pond.Server.LocalNetworks;

namespace Pond.Server.Deployment;

/// <summary>
/// Deploys a task: plan, upload, create, activate, each step read back before the next one. Killed at any moment and begun again, it goes on where it
/// was, and one task exists.
/// </summary>
/// <param name="project">What to deploy.</param>
/// <param name="target">Where to.</param>
/// <param name="client">Asks the ledger.</param>
/// <param name="sender">Sends.</param>
/// <param name="http">Speaks to the store.</param>
/// <param name="time">The date in the metadata.</param>
/// <param name="onStep">Is told each step when it is done.</param>
public sealed partial class TaskDeployment(
    TaskProject project,
    DeploymentTarget target,
    LedgerClient client,
    TransactionSender sender,
    HttpClient http,
    TimeProvider time,
    Action<DeploymentStep> onStep)
{
    /// <summary>What Koii's clients put on top of an account's rent, against a rent that rises before the transaction lands.</summary>
    private static readonly Lamports RentMargin = new(1_000);

    /// <summary>What the pot gets to be rent exempt: 0.001 KOII, as Koii's clients send it.</summary>
    private static readonly Lamports PotRent = new(1_000_000);

    private readonly TaskConfig _config = project.Config;

    /// <summary>The task that was deployed from this project on this network before, whole or in part; null if none was.</summary>
    /// <exception cref="PondException"><c>journal-unreadable</c>, or the ledger can't be reached.</exception>
    public async Task<(Pubkey Task, bool IsDone)?> FindEarlierAsync(CancellationToken cancellationToken) =>
        DeploymentJournal.Find(project.Folder, await client.GetGenesisHashAsync(cancellationToken)) is { } journal
            ? (journal.TaskKey.PublicKey, journal.IsDone)
            : null;

    /// <summary>Computes what it will cost.</summary>
    /// <param name="payer">Who pays.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>type-unsupported</c>: a task that pays in tokens.</exception>
    public async Task<DeploymentPlan> PlanAsync(Keypair payer, CancellationToken cancellationToken)
    {
        RefuseTokens();
        var rent = await client.GetMinimumBalanceForRentExemptionAsync(_config.SpaceBytes, cancellationToken);
        var sample = Keypair.FromSeed(LocalLedger.NewSeed());
        // The ledger sees to it in the creation that the pot is rent exempt, before the transfer of Koii's clients comes.
        return await PlanAsync(
            payer,
            sample,
            CreationOf(payer.PublicKey, sample.PublicKey, sample.PublicKey, rent, "", ""),
            [
                new("bounty", _config.TotalBounty),
                new($"rent for {_config.SpaceBytes} bytes", rent + RentMargin),
                new("rent of the stake pot", await client.GetMinimumBalanceForRentExemptionAsync(0, cancellationToken) + PotRent),
            ],
            cancellationToken);
    }

    /// <summary>Deploys, or goes on with what was begun.</summary>
    /// <param name="payer">Who pays, and manages the task from then on.</param>
    /// <param name="bundle">The program; null for ARWEAVE.</param>
    /// <param name="isNew">Begins a further task even if this project has one on this network.</param>
    /// <param name="cancellationToken">Stops between two steps; begun again, it goes on.</param>
    /// <returns>The task as the ledger shows it.</returns>
    /// <exception cref="PondException">
    /// <c>task-deployed</c>: it is, and something has changed since. <c>funds-insufficient</c>, <c>transaction-failed</c>, <c>transaction-unknown</c>,
    /// <c>check-failed</c>, <c>store-missing</c>, <c>store-unreachable</c>, <c>upload-failed</c>, <c>executable-taken</c>, <c>type-unsupported</c>, or the disk failed.
    /// </exception>
    public async Task<TaskInfo> DeployAsync(Keypair payer, TaskBundle? bundle, bool isNew, CancellationToken cancellationToken)
    {
        RefuseTokens();
        var network = await client.GetGenesisHashAsync(cancellationToken);
        var before = DeploymentJournal.Find(project.Folder, network);
        if (isNew && before is { IsDone: true })
        {
            before = null;
        }

        var journal = before ?? Begin(network, bundle, before: null);
        var existing = await FindAsync(journal, cancellationToken);
        if (before is not null && existing is not null && ExecutableOf(bundle) != journal.Executable)
        {
            throw new PondException(
                "task-deployed",
                $"The task {existing.Task} was deployed from here with another program, {journal.Executable}; now it is {ExecutableOf(bundle)}.",
                "Move it to this program with 'pond task update', or deploy a further task with --new. While you develop, task_executable_network: DEVELOPMENT runs each build at once.");
        }

        if (existing is null && before is not null)
        {
            // Nothing of it is on the ledger, so everything but its keys may change.
            journal = Begin(network, bundle, before);
        }

        if (before is { IsDone: true } && existing is not null)
        {
            return existing;
        }

        journal.Save(project.Folder);
        onStep(DeploymentStep.Planned);
        if (existing is null)
        {
            await UploadAsync(journal, bundle, cancellationToken);
            existing = await CreateAsync(payer, journal, cancellationToken);
        }

        onStep(DeploymentStep.Created);
        existing = await FinishAsync(payer, existing, journal, bundle, cancellationToken);
        (journal with { IsDone = true }).Save(project.Folder);
        onStep(DeploymentStep.Done);
        return existing;
    }

    private async Task<TaskInfo> CreateAsync(Keypair payer, DeploymentJournal journal, CancellationToken cancellationToken)
    {
        RefuseUnaffordable(payer, await PlanAsync(payer, cancellationToken), "lower total_bounty_amount or space");
        var rent = await client.GetMinimumBalanceForRentExemptionAsync(_config.SpaceBytes, cancellationToken);
        var key = journal.TaskKey;
        var outcome = await sender.SendAsync(
            payer,
            CreationOf(payer.PublicKey, key.PublicKey, journal.Pot, rent, journal.Executable, journal.Metadata),
            [key],
            cancellationToken);
        // A deployment that was killed may have sent it before: then this one fails, and what counts is what the ledger shows.
        var created = await FindAsync(journal, cancellationToken);
        if (created is null)
        {
            throw TaskTransactions.Failed(outcome, "creating the task");
        }

        return IsAsConfigured(created, journal) && created.Manager == payer.PublicKey && created.TotalBounty == _config.TotalBounty
            ? created
            : throw new PondException(
                "check-failed",
                $"The ledger shows the task {created.Task}, but not as config-task.yml says: it may come from a deployment that was stopped before the file changed.",
                "Look at it with 'pond task status'; deploy a further one with --new.");
    }

    private ImmutableArray<Instruction> CreationOf(Pubkey payer, Pubkey task, Pubkey pot, Lamports rent, string executable, string metadata) =>
    [
        new SystemInstruction.CreateAccount(rent + RentMargin, _config.SpaceBytes, ProgramIds.Task).ToInstruction(payer, task),
        SettingsOf(executable, metadata).ToInstruction(payer, task, pot),
        new SystemInstruction.Transfer(PotRent).ToInstruction(payer, pot),
    ];
}
