using System.Collections.Immutable;
using System.Text;
using Pond.Client.Content;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;
using Pond.Server.Content;
using Pond.Server.Ledger.Storage;
using Pond.Server.LocalNetworks;
using Pond.Store;
using Pond.Store.UnixFs;

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
public sealed class TaskDeployment(
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

    /// <summary>How many letters of the description the ledger gets.</summary>
    private const int OnChainDescriptionLength = 50;

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
        var blockhash = (await client.GetLatestBlockhashAsync(Commitment.Confirmed, cancellationToken)).Value.Blockhash;
        var sample = Keypair.FromSeed(LocalLedger.NewSeed());
        var create = Transaction.Sign(
            payer, blockhash, CreationOf(payer.PublicKey, sample.PublicKey, sample.PublicKey, rent, "", ""), sample);
        var activate = Transaction.Sign(
            payer, blockhash, [new TaskInstruction.SetActive(true).ToInstruction(sample.PublicKey, payer.PublicKey)]);
        // The ledger sees to it in the creation that the pot is rent exempt, before the transfer of Koii's clients comes.
        var potRent = await client.GetMinimumBalanceForRentExemptionAsync(0, cancellationToken) + PotRent;
        var fees = await FeeOfAsync(create, cancellationToken) + await FeeOfAsync(activate, cancellationToken);
        return new(
            [
                new("bounty", _config.TotalBounty),
                new($"rent for {_config.SpaceBytes} bytes", rent + RentMargin),
                new("rent of the stake pot", potRent),
                new("fees of 2 transactions", fees),
            ],
            await client.GetBalanceAsync(payer.PublicKey, Commitment.Confirmed, cancellationToken));
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
                "Deploy a further task with --new. While you develop, task_executable_network: DEVELOPMENT runs each build at once.");
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
        Link(bundle);
        onStep(DeploymentStep.Linked);
        existing = await ActivateAsync(payer, existing, cancellationToken);
        onStep(DeploymentStep.Activated);
        WriteFiles(journal);
        (journal with { IsDone = true }).Save(project.Folder);
        onStep(DeploymentStep.Done);
        return existing;
    }

    private void RefuseTokens()
    {
        if (_config.IsTokenTask)
        {
            throw new PondException(
                "type-unsupported", "task_type is KPL, and this command deploys tasks that pay in KOII.", "Write task_type: 'KOII', or deploy the task with Koii's own tool.");
        }
    }

    private DeploymentJournal Begin(Hash network, TaskBundle? bundle, DeploymentJournal? before)
    {
        var metadata = TaskMetadata.Write(_config, time.GetUtcNow());
        return new()
        {
            Network = network,
            TaskSeed = before?.TaskSeed ?? Convert.ToBase64String(LocalLedger.NewSeed()),
            Pot = before?.Pot ?? ProgramAddress.FindStakePot(LocalLedger.NewSeed),
            Executable = ExecutableOf(bundle),
            Metadata = _config.ExecutableNetwork is ExecutableNetworks.Ipfs
                ? ToFolder(metadata, new MemoryBlockStore()).ToString()
                : TaskMetadata.FileName,
            MetadataJson = metadata,
            Name = _config.Name,
        };
    }

    private string ExecutableOf(TaskBundle? bundle) =>
        _config.ExecutableNetwork is ExecutableNetworks.Ipfs ? bundle!.Root.ToString() : _config.Executable;

    private static Cid ToFolder(string metadata, IBlockStore blocks)
    {
        var folder = new DirectoryBuilder();
        folder.Add(TaskMetadata.FileName, FileBuilder.Add(new MemoryStream(Encoding.UTF8.GetBytes(metadata)), blocks, UnixFsProfile.V1Of2025));
        return folder.Build(blocks, UnixFsProfile.V1Of2025).Cid;
    }

    private async Task UploadAsync(DeploymentJournal journal, TaskBundle? bundle, CancellationToken cancellationToken)
    {
        if (_config.ExecutableNetwork is not ExecutableNetworks.Ipfs)
        {
            return;
        }

        var uploader = new KuboUploader(http, target.Store ?? throw new PondException(
            "store-missing", "Nobody said in which store to put the bundle.", "Name the RPC of an IPFS node or of a Pond store with --store http://127.0.0.1:5001/."));
        await uploader.UploadAsync(bundle!.Root, bundle.Blocks, cancellationToken);
        onStep(DeploymentStep.BundleUploaded);
        var blocks = new MemoryBlockStore();
        await uploader.UploadAsync(ToFolder(journal.MetadataJson, blocks), blocks, cancellationToken);
        onStep(DeploymentStep.MetadataUploaded);
    }

    private async Task<TaskInfo> CreateAsync(Keypair payer, DeploymentJournal journal, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(payer, cancellationToken);
        if (!plan.IsAffordable)
        {
            throw new PondException(
                "funds-insufficient",
                $"{payer.PublicKey} has {plan.Balance}, and the task costs {plan.Total}: {plan.Total - plan.Balance} are missing.",
                "Get them, lower total_bounty_amount or space, or pay with another key with --keypair.");
        }

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

        return created.Manager == payer.PublicKey && created.StakePot == journal.Pot && created.Name == _config.Name
            && created.Executable == journal.Executable && created.ExecutableNetwork == _config.ExecutableNetwork && created.Metadata == journal.Metadata
            && created.Variables == _config.Variables && created.TotalBounty == _config.TotalBounty && created.BountyPerRound == _config.BountyPerRound
            && created.RoundTime == _config.RoundTime && created.AuditWindow == _config.AuditWindow && created.SubmissionWindow == _config.SubmissionWindow
            && created.MinimumStake == _config.MinimumStake && created.AllowedFailedDistributions == _config.AllowedFailedDistributions
            ? created
            : throw new PondException(
                "check-failed",
                $"The ledger shows the task {created.Task}, but not as config-task.yml says: it may come from a deployment that was stopped before the file changed.",
                "Look at it with 'pond task status'; deploy a further one with --new.");
    }

    private async Task<TaskInfo> ActivateAsync(Keypair payer, TaskInfo task, CancellationToken cancellationToken)
    {
        if (task.IsActive)
        {
            return task;
        }

        var outcome = await sender.SendAsync(
            payer, [new TaskInstruction.SetActive(true).ToInstruction(task.Task, payer.PublicKey)], [], cancellationToken);
        return await client.GetTaskAsync(task.Task, Commitment.Confirmed, cancellationToken) is { IsActive: true } active
            ? active
            : throw TaskTransactions.Failed(outcome, "activating the task");
    }

    private Task<TaskInfo?> FindAsync(DeploymentJournal journal, CancellationToken cancellationToken) =>
        client.GetTaskAsync(journal.TaskKey.PublicKey, Commitment.Confirmed, cancellationToken);

    private ImmutableArray<Instruction> CreationOf(Pubkey payer, Pubkey task, Pubkey pot, Lamports rent, string executable, string metadata) =>
    [
        new SystemInstruction.CreateAccount(rent + RentMargin, _config.SpaceBytes, ProgramIds.Task).ToInstruction(payer, task),
        new TaskInstruction.CreateTask
        {
            Name = _config.Name,
            Description = OnChainDescription(_config.Description),
            Executable = executable,
            ExecutableNetwork = _config.ExecutableNetwork,
            TotalBounty = _config.TotalBounty,
            BountyPerRound = _config.BountyPerRound,
            RoundTime = _config.RoundTime,
            AuditWindow = _config.AuditWindow,
            SubmissionWindow = _config.SubmissionWindow,
            MinimumStake = _config.MinimumStake,
            Metadata = metadata,
            Variables = _config.Variables,
            AllowedFailedDistributions = _config.AllowedFailedDistributions,
        }.ToInstruction(payer, task, pot),
        new SystemInstruction.Transfer(PotRent).ToInstruction(payer, pot),
    ];

    /// <summary>The first 50 letters of the first line, or fewer if they have more than 64 bytes.</summary>
    private static string OnChainDescription(string description)
    {
        var line = new StringBuilder();
        foreach (var letter in description.Split('\n')[0].Trim().EnumerateRunes().Take(OnChainDescriptionLength))
        {
            if (Encoding.UTF8.GetByteCount(line.ToString()) + letter.Utf8SequenceLength > TaskConfigRules.MaxTextBytes)
            {
                break;
            }

            line.Append(letter);
        }

        return line.ToString().Trim();
    }

    private async Task<Lamports> FeeOfAsync(Transaction transaction, CancellationToken cancellationToken) =>
        await client.GetFeeForMessageAsync(transaction.Message, cancellationToken)
        ?? throw new PondException("ledger-refused", "The ledger does not know its own newest blockhash.", "Try again.", isTransient: true);

    private void Link(TaskBundle? bundle)
    {
        if (_config.ExecutableNetwork is not ExecutableNetworks.Development || target.Local is not { } local || bundle is null)
        {
            return;
        }

        var link = Path.Combine(local.Executables, _config.Executable + (File.Exists(bundle.Path) ? ".js" : ""));
        try
        {
            var there = new FileInfo(link);
            if (there.LinkTarget is { } target && target == bundle.Path)
            {
                return;
            }

            if (there.LinkTarget is not null || Path.Exists(link))
            {
                throw new PondException(
                    "executable-taken", $"{link} is another task's program already.", "Choose another name in task_audit_program, or remove what is there.");
            }

            Directory.CreateDirectory(local.Executables);
            File.CreateSymbolicLink(link, bundle.Path);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, link);
        }
    }

    private void WriteFiles(DeploymentJournal journal)
    {
        var key = journal.TaskKey;
        var path = Path.Combine(project.Folder, "taskStateInfoKeypair.json");
        if (File.Exists(path) && KeyFile.Read(path).PublicKey is var earlier && earlier != key.PublicKey)
        {
            // An earlier task's key: whoever needs it must still find it.
            File.Move(path, Path.Combine(project.Folder, $"taskStateInfoKeypair.before-{earlier}.json"), overwrite: true);
        }

        KeyFile.Write(path, key);
        var metadata = Path.Combine(project.Folder, TaskMetadata.FileName);
        DurableFiles.Write(metadata + ".unfinished", metadata, Encoding.UTF8.GetBytes(journal.MetadataJson));
    }
}
