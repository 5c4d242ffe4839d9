using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Client.Deployment;

/// <summary>Creates, funds and activates tasks, by the same transactions that Koii's own tools send.</summary>
/// <param name="ledger">Where to read the result back.</param>
/// <param name="sender">Sends, and learns what became of it.</param>
/// <param name="nextSeed">Seeds for the keys of accounts that are made: 32 unforeseeable bytes at each call.</param>
public sealed class TaskDeployer(LedgerClient ledger, TransactionSender sender, Func<byte[]> nextSeed)
{
    /// <summary>What Koii's clients put on top of an account's rent, against a rent that rises before the transaction lands.</summary>
    private static readonly Lamports RentMargin = new(1_000);

    /// <summary>What the pot gets to be rent exempt: 0.001 KOII, as Koii's clients send it.</summary>
    private static readonly Lamports PotRent = new(1_000_000);

    private const ulong FunderSpaceBytes = 100;

    /// <summary>Deploys one task; when it returns, the ledger has been read back and shows the task active and funded.</summary>
    /// <exception cref="PondException">
    /// <c>transaction-failed</c>: the ledger refused a step, and the message says which and why. <c>transaction-unknown</c>: it could
    /// not be learnt whether a step landed.
    /// </exception>
    public async Task<TaskInfo> DeployAsync(Keypair creator, TaskPlan plan, CancellationToken cancellationToken)
    {
        var task = Keypair.FromSeed(nextSeed());
        var pot = ProgramAddress.FindStakePot(nextSeed);
        var rent = await ledger.GetMinimumBalanceForRentExemptionAsync(plan.SpaceBytes, cancellationToken) + RentMargin;
        await SendAsync(
            "creating the task",
            creator,
            [
                new SystemInstruction.CreateAccount(rent, plan.SpaceBytes, ProgramIds.Task)
                    .ToInstruction(creator.PublicKey, task.PublicKey),
                ToInstruction(plan).ToInstruction(creator.PublicKey, task.PublicKey, pot),
                new SystemInstruction.Transfer(PotRent).ToInstruction(creator.PublicKey, pot),
            ],
            [task],
            cancellationToken);

        if (plan.FurtherBounty > Lamports.Zero)
        {
            await FundAsync(creator, task.PublicKey, pot, plan.FurtherBounty, cancellationToken);
        }

        await SendAsync(
            "activating the task",
            creator,
            [new TaskInstruction.SetActive(true).ToInstruction(task.PublicKey, creator.PublicKey)],
            [],
            cancellationToken);

        var deployed = await ledger.GetTaskAsync(task.PublicKey, Commitment.Confirmed, cancellationToken);
        return deployed is { IsActive: true } && deployed.TotalBounty == plan.InitialBounty + plan.FurtherBounty
            ? deployed
            : throw new PondException(
                "check-failed",
                $"The ledger accepted every step, but does not show the task {task.PublicKey} active with its whole bounty.",
                "Look at the task with getTask; if this is a ledger of your own, report this as a defect.");
    }

    // Through a throw-away account of the task program: only an account's owner may debit it.
    private async Task FundAsync(Keypair creator, Pubkey task, Pubkey pot, Lamports amount, CancellationToken cancellationToken)
    {
        var funder = Keypair.FromSeed(nextSeed());
        var rent = await ledger.GetMinimumBalanceForRentExemptionAsync(FunderSpaceBytes, cancellationToken) + RentMargin;
        await SendAsync(
            "funding the task",
            creator,
            [
                new SystemInstruction.CreateAccount(amount + rent, FunderSpaceBytes, ProgramIds.Task)
                    .ToInstruction(creator.PublicKey, funder.PublicKey),
                new TaskInstruction.FundTask(amount).ToInstruction(task, funder.PublicKey, pot),
            ],
            [funder],
            cancellationToken);
    }

    private async Task SendAsync(
        string step,
        Keypair creator,
        Primitives.Transactions.Instruction[] instructions,
        Keypair[] signers,
        CancellationToken cancellationToken)
    {
        switch (await sender.SendAsync(creator, [.. instructions], [.. signers], cancellationToken))
        {
            case TransactionOutcome.Confirmed:
                return;
            case TransactionOutcome.Failed failed:
                throw new PondException(
                    "transaction-failed",
                    $"The ledger refused the transaction for {step}: {failed.Message}{string.Concat(failed.Logs.Select(log => $"\n  {log}"))}",
                    "The ledger's words above name the reason; mend it and deploy again.");
            case TransactionOutcome.Unknown unknown:
                throw new PondException(
                    "transaction-unknown",
                    $"It could not be learnt whether the transaction {unknown.Signature} for {step} landed: {unknown.Message}",
                    "Look the transaction up before you deploy again.",
                    isTransient: true);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static TaskInstruction.CreateTask ToInstruction(TaskPlan plan) => new()
    {
        Name = plan.Name,
        Description = plan.Description,
        Executable = plan.Executable,
        ExecutableNetwork = plan.ExecutableNetwork,
        TotalBounty = plan.InitialBounty,
        BountyPerRound = plan.BountyPerRound,
        RoundTime = plan.RoundTime,
        AuditWindow = plan.AuditWindow,
        SubmissionWindow = plan.SubmissionWindow,
        MinimumStake = plan.MinimumStake,
        Metadata = plan.Metadata,
        Variables = plan.Variables,
        AllowedFailedDistributions = plan.AllowedFailedDistributions,
    };
}
