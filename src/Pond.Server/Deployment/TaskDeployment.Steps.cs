using System.Collections.Immutable;
using System.Text;
using Pond.Client.Content;
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

/// <content>The steps that a new task and an updated one have in common.</content>
public sealed partial class TaskDeployment
{
    /// <summary>How many letters of the description the ledger gets.</summary>
    private const int OnChainDescriptionLength = 50;

    private static Cid ToFolder(string metadata, IBlockStore blocks)
    {
        var folder = new DirectoryBuilder();
        folder.Add(TaskMetadata.FileName, FileBuilder.Add(new MemoryStream(Encoding.UTF8.GetBytes(metadata)), blocks, UnixFsProfile.V1Of2025));
        return folder.Build(blocks, UnixFsProfile.V1Of2025).Cid;
    }

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

    private void RefuseTokens()
    {
        if (_config.IsTokenTask)
        {
            throw new PondException(
                "type-unsupported", "task_type is KPL, and this command deploys tasks that pay in KOII.", "Write task_type: 'KOII', or deploy the task with Koii's own tool.");
        }
    }

    private DeploymentJournal Begin(Hash network, TaskBundle? bundle, DeploymentJournal? before, Pubkey? replaces = null)
    {
        // Begun again it has the same date and so the same CID: the one of before may be on its way to the ledger still.
        var metadata = TaskMetadata.Write(_config, before is null ? time.GetUtcNow() : TaskMetadata.CreatedAtOf(before.MetadataJson));
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
            Replaces = replaces,
        };
    }

    private string ExecutableOf(TaskBundle? bundle) =>
        _config.ExecutableNetwork is ExecutableNetworks.Ipfs ? bundle!.Root.ToString() : _config.Executable;

    private TaskInstruction.CreateTask SettingsOf(string executable, string metadata) => new()
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
    };

    /// <summary>Whether the ledger shows all that was sent, besides the bounty, which is spent from the first round on.</summary>
    private bool IsAsConfigured(TaskInfo task, DeploymentJournal journal) =>
        task.Executable == journal.Executable && task.Metadata == journal.Metadata
        && task.Name == _config.Name && task.Description == OnChainDescription(_config.Description) && task.ExecutableNetwork == _config.ExecutableNetwork
        && task.Variables == _config.Variables && task.BountyPerRound == _config.BountyPerRound
        && task.RoundTime == _config.RoundTime && task.AuditWindow == _config.AuditWindow && task.SubmissionWindow == _config.SubmissionWindow
        && task.MinimumStake == _config.MinimumStake && task.AllowedFailedDistributions == _config.AllowedFailedDistributions;

    private Task<TaskInfo?> FindAsync(DeploymentJournal journal, CancellationToken cancellationToken) =>
        client.GetTaskAsync(journal.TaskKey.PublicKey, Commitment.Confirmed, cancellationToken);

    /// <summary>What a creation costs besides what is named: the fees of its transaction and of the activation.</summary>
    private async Task<DeploymentPlan> PlanAsync(
        Keypair payer, Keypair task, ImmutableArray<Instruction> creation, ImmutableArray<DeploymentCost> items, CancellationToken cancellationToken)
    {
        var blockhash = (await client.GetLatestBlockhashAsync(Commitment.Confirmed, cancellationToken)).Value.Blockhash;
        var create = Transaction.Sign(payer, blockhash, creation, task);
        var activate = Transaction.Sign(payer, blockhash, [new TaskInstruction.SetActive(true).ToInstruction(task.PublicKey, payer.PublicKey)]);
        var fees = await FeeOfAsync(create, cancellationToken) + await FeeOfAsync(activate, cancellationToken);
        return new([.. items, new("fees of 2 transactions", fees)], await client.GetBalanceAsync(payer.PublicKey, Commitment.Confirmed, cancellationToken));
    }

    private static void RefuseUnaffordable(Keypair payer, DeploymentPlan plan, string advice)
    {
        if (!plan.IsAffordable)
        {
            throw new PondException(
                "funds-insufficient",
                $"{payer.PublicKey} has {plan.Balance}, and the task costs {plan.Total}: {plan.Total - plan.Balance} are missing.",
                $"Get them, {advice}, or pay with another key with --keypair.");
        }
    }

    private async Task<Lamports> FeeOfAsync(Transaction transaction, CancellationToken cancellationToken) =>
        await client.GetFeeForMessageAsync(transaction.Message, cancellationToken)
        ?? throw new PondException("ledger-refused", "The ledger does not know its own newest blockhash.", "Try again.", isTransient: true);

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

    private async Task<TaskInfo> FinishAsync(
        Keypair payer, TaskInfo task, DeploymentJournal journal, TaskBundle? bundle, CancellationToken cancellationToken)
    {
        Link(bundle);
        onStep(DeploymentStep.Linked);
        task = await ActivateAsync(payer, task, cancellationToken);
        onStep(DeploymentStep.Activated);
        WriteFiles(journal, bundle);
        return task;
    }

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

    private void WriteFiles(DeploymentJournal journal, TaskBundle? bundle)
    {
        var key = journal.TaskKey;
        var path = Path.Combine(project.Folder, "taskStateInfoKeypair.json");
        if (File.Exists(path) && KeyFile.Read(path).PublicKey is var earlier && earlier != key.PublicKey)
        {
            // An earlier task's key: whoever needs it must still find it.
            File.Move(path, Path.Combine(project.Folder, $"taskStateInfoKeypair.before-{earlier}.json"), overwrite: true);
        }

        KeyFile.Write(path, key);
        WriteMetadata(Path.Combine(project.Folder, TaskMetadata.FileName), journal);
        if (_config.ExecutableNetwork is ExecutableNetworks.Development && File.Exists(bundle?.Path))
        {
            // Beside the program, where Koii's own tool leaves the metadata of a task that is being developed.
            WriteMetadata(Path.Combine(Path.GetDirectoryName(bundle.Path)!, $"{key.PublicKey}.json"), journal);
        }
    }

    private static void WriteMetadata(string path, DeploymentJournal journal) =>
        DurableFiles.Write(path + ".unfinished", path, Encoding.UTF8.GetBytes(journal.MetadataJson));
}
