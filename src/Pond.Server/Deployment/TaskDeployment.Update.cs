using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;
using Pond.Server.LocalNetworks;

namespace Pond.Server.Deployment;

/// <content>
/// Moves a task to a new account with another program or other settings. What the open rounds may still cost stays behind for those who worked in
/// them; the rest of the bounty moves. Nodes follow when their operators do.
/// </content>
public sealed partial class TaskDeployment
{
    /// <summary>The task that an update is about: the one of <c>task_id</c>, else the one that was deployed from this project.</summary>
    /// <exception cref="PondException">
    /// <c>task-unnamed</c>, <c>task-not-found</c>, <c>task-moved</c>: it has moved on to a task that this project does not know; <c>journal-unreadable</c>.
    /// </exception>
    public async Task<TaskInfo> FindUpdatedAsync(CancellationToken cancellationToken)
    {
        var network = await client.GetGenesisHashAsync(cancellationToken);
        var begun = DeploymentJournal.Find(project.Folder, network, isUpdate: true);
        var deployed = DeploymentJournal.Find(project.Folder, network);
        var named = _config.TaskId ?? deployed?.TaskKey.PublicKey ?? begun?.Replaces ?? throw new PondException(
            "task-unnamed", "task_id is empty, and from this folder no task was deployed to this network.", "Write task_id: and the task's id; 'pond task list' shows all.");
        var task = await ReadAsync(named, cancellationToken);
        return !task.IsMigrated || (begun is { Replaces: { } replaced } && replaced == named)
            ? task
            : deployed is not null && task.MigratedTo == deployed.TaskKey.PublicKey
                ? await ReadAsync(deployed.TaskKey.PublicKey, cancellationToken)
                : throw new PondException("task-moved", $"The task {named} has moved to {task.MigratedTo}.", $"Write task_id: '{task.MigratedTo}'.");
    }

    /// <summary>Whether the ledger shows the task as this project is already, so that there is nothing to update.</summary>
    /// <param name="task">What <see cref="FindUpdatedAsync"/> found.</param>
    /// <param name="bundle">The program; null for ARWEAVE.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> IsUpToDateAsync(TaskInfo task, TaskBundle? bundle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        var network = await client.GetGenesisHashAsync(cancellationToken);
        return DeploymentJournal.Find(project.Folder, network, isUpdate: true) is null
            && DeploymentJournal.Find(project.Folder, network) is { IsDone: true } deployed
            && deployed.TaskKey.PublicKey == task.Task && deployed.Executable == ExecutableOf(bundle)
            && TaskMetadata.Write(_config, TaskMetadata.CreatedAtOf(deployed.MetadataJson)) == deployed.MetadataJson
            && IsAsConfigured(task, deployed);
    }

    /// <summary>Computes what an update will cost.</summary>
    /// <param name="payer">Who pays: the task's manager.</param>
    /// <param name="old">The task.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>not-manager</c>, <c>type-unsupported</c></exception>
    public async Task<DeploymentPlan> PlanUpdateAsync(Keypair payer, TaskInfo old, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(payer);
        ArgumentNullException.ThrowIfNull(old);
        RefuseTokens();
        RefuseStranger(payer, old);
        var rent = await client.GetMinimumBalanceForRentExemptionAsync(_config.SpaceBytes, cancellationToken);
        var sample = Keypair.FromSeed(LocalLedger.NewSeed());
        return await PlanAsync(
            payer,
            sample,
            MoveOf(payer.PublicKey, old, sample.PublicKey, sample.PublicKey, rent, "", ""),
            [
                new($"rent for {_config.SpaceBytes} bytes", rent + RentMargin),
                new("rent of the new stake pot", await client.GetMinimumBalanceForRentExemptionAsync(0, cancellationToken)),
            ],
            cancellationToken);
    }

    /// <summary>Updates, or goes on with the update that was begun.</summary>
    /// <param name="payer">Who pays: the task's manager.</param>
    /// <param name="bundle">The program; null for ARWEAVE.</param>
    /// <param name="old">What <see cref="FindUpdatedAsync"/> found.</param>
    /// <param name="cancellationToken">Stops between two steps; begun again, it goes on.</param>
    /// <returns>The new task as the ledger shows it; <paramref name="old"/> if it is up to date.</returns>
    /// <exception cref="PondException">
    /// <c>task-deployed</c>: an update of another task or with another program was begun, and is done now. <c>not-manager</c>, and what a deployment throws.
    /// </exception>
    public async Task<TaskInfo> UpdateAsync(Keypair payer, TaskBundle? bundle, TaskInfo old, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(payer);
        ArgumentNullException.ThrowIfNull(old);
        RefuseTokens();
        RefuseStranger(payer, old);
        if (await IsUpToDateAsync(old, bundle, cancellationToken))
        {
            return old;
        }

        var network = await client.GetGenesisHashAsync(cancellationToken);
        var begun = DeploymentJournal.Find(project.Folder, network, isUpdate: true);
        var existing = begun is null ? null : await FindAsync(begun, cancellationToken);
        // As long as nothing of it is on the ledger, everything but its keys may change.
        var journal = existing is null ? Begin(network, bundle, begun, old.Task) : begun!;
        journal.Save(project.Folder);
        onStep(DeploymentStep.Planned);
        if (existing is null)
        {
            await UploadAsync(journal, bundle, cancellationToken);
            existing = await MoveAsync(payer, old, journal, cancellationToken);
        }

        onStep(DeploymentStep.Created);
        existing = await FinishAsync(payer, existing, journal, bundle, cancellationToken);
        // From here on the new task is the one that was deployed from this project.
        (journal with { IsDone = true }).Replace(project.Folder);
        onStep(DeploymentStep.Done);
        return journal.Replaces == old.Task && existing.Executable == ExecutableOf(bundle) ? existing : throw new PondException(
            "task-deployed",
            $"An update that was begun earlier is done: the task {existing.Task} takes the place of {journal.Replaces} with {existing.Executable}.",
            "Run this again for the program and the task_id as they are now.");
    }

    private async Task<TaskInfo> MoveAsync(Keypair payer, TaskInfo old, DeploymentJournal journal, CancellationToken cancellationToken)
    {
        RefuseUnaffordable(payer, await PlanUpdateAsync(payer, old, cancellationToken), "lower space");
        var rent = await client.GetMinimumBalanceForRentExemptionAsync(_config.SpaceBytes, cancellationToken);
        var key = journal.TaskKey;
        var outcome = await sender.SendAsync(
            payer,
            MoveOf(payer.PublicKey, old, key.PublicKey, journal.Pot, rent, journal.Executable, journal.Metadata),
            [key],
            cancellationToken);
        // As with a creation: what counts is what the ledger shows.
        var moved = await FindAsync(journal, cancellationToken) ?? throw TaskTransactions.Failed(outcome, "moving the task");
        var left = await ReadAsync(old.Task, cancellationToken);
        return IsAsConfigured(moved, journal) && moved.Manager == payer.PublicKey && moved.MigratedFrom == old.Task && left.MigratedTo == moved.Task
            ? moved
            : throw new PondException(
                "check-failed",
                $"The ledger shows the task {moved.Task}, but not as config-task.yml says: it may come from an update that was stopped before the file changed.",
                "Look at it with 'pond task status'; run this again for the settings as they are now.");
    }

    private ImmutableArray<Instruction> MoveOf(
        Pubkey payer, TaskInfo old, Pubkey task, Pubkey pot, Lamports rent, string executable, string metadata) =>
    [
        new SystemInstruction.CreateAccount(rent + RentMargin, _config.SpaceBytes, ProgramIds.Task).ToInstruction(payer, task),
        new TaskInstruction.UpdateTask(SettingsOf(executable, metadata)).ToInstruction(payer, old.Task, old.StakePot, task, pot),
    ];

    private static void RefuseStranger(Keypair payer, TaskInfo old)
    {
        if (old.Token is not null)
        {
            throw new PondException("type-unsupported", $"The task {old.Task} pays in the token {old.Token}.", "Update it with Koii's own tool.");
        }

        if (old.Manager != payer.PublicKey)
        {
            throw new PondException(
                "not-manager", $"The task {old.Task} is managed by {old.Manager}, and {payer.PublicKey} was to sign.", "Sign with its manager's key: --keypair FILE.");
        }
    }

    private async Task<TaskInfo> ReadAsync(Pubkey task, CancellationToken cancellationToken) =>
        await client.GetTaskAsync(task, Commitment.Confirmed, cancellationToken)
        ?? throw new PondException("task-not-found", $"The ledger at {client.Endpoint} has no task {task}.", "Look at them all with 'pond task list'.");
}
