using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Server.LocalNetworks;

namespace Pond.Server.Deployment;

/// <summary>What a creator does to a task that exists: fund it, start it, stop it. Each is read back.</summary>
public sealed class TaskTransactions(LedgerClient client, TransactionSender sender)
{
    private const ulong FunderSpaceBytes = 100;

    private static readonly Lamports RentMargin = new(1_000);

    /// <summary>Adds to a task's bounty.</summary>
    /// <exception cref="PondException"><c>funds-insufficient</c>, <c>task-unfundable</c>, <c>transaction-failed</c>, <c>transaction-unknown</c>, <c>check-failed</c>.</exception>
    public async Task<TaskInfo> FundAsync(Keypair payer, TaskInfo task, Lamports amount, CancellationToken cancellationToken)
    {
        if (amount == Lamports.Zero || task.IsMigrated || task.Token is not null)
        {
            throw new PondException(
                "task-unfundable",
                task.IsMigrated ? $"The task {task.Task} has moved to {task.MigratedTo}." : task.Token is not null ? $"The task {task.Task} pays in the token {task.Token}." : "Nothing is no amount to fund a task with.",
                task.IsMigrated ? "Fund the task that it has moved to." : task.Token is not null ? "Fund it with Koii's own tool." : "Give an amount such as 1.5.");
        }

        var rent = await client.GetMinimumBalanceForRentExemptionAsync(FunderSpaceBytes, cancellationToken) + RentMargin;
        var balance = await client.GetBalanceAsync(payer.PublicKey, Commitment.Confirmed, cancellationToken);
        if (balance < amount + rent)
        {
            throw new PondException(
                "funds-insufficient", $"{payer.PublicKey} has {balance}; {amount} and {rent} for a throw-away account are needed.", "Get them, or pay with another key with --keypair.");
        }

        // Through a throw-away account of the task program: only an account's owner may debit it.
        var funder = Keypair.FromSeed(LocalLedger.NewSeed());
        var outcome = await sender.SendAsync(
            payer,
            [
                new SystemInstruction.CreateAccount(amount + rent, FunderSpaceBytes, ProgramIds.Task).ToInstruction(payer.PublicKey, funder.PublicKey),
                new TaskInstruction.FundTask(amount).ToInstruction(task.Task, funder.PublicKey, task.StakePot),
            ],
            [funder],
            cancellationToken);
        return outcome is TransactionOutcome.Confirmed
            ? await ReadAsync(task.Task, cancellationToken)
            : throw Failed(outcome, "funding the task");
    }

    /// <summary>Starts or stops a task.</summary>
    /// <exception cref="PondException"><c>transaction-failed</c>, <c>transaction-unknown</c>, <c>check-failed</c>.</exception>
    public async Task<TaskInfo> SetActiveAsync(Keypair payer, TaskInfo task, bool isActive, CancellationToken cancellationToken)
    {
        if (task.IsActive == isActive)
        {
            return task;
        }

        var outcome = await sender.SendAsync(
            payer, [new TaskInstruction.SetActive(isActive).ToInstruction(task.Task, payer.PublicKey)], [], cancellationToken);
        var what = isActive ? "activating the task" : "deactivating the task";
        var changed = outcome is TransactionOutcome.Confirmed ? await ReadAsync(task.Task, cancellationToken) : throw Failed(outcome, what);
        return changed.IsActive == isActive ? changed : throw Unchanged(what);
    }

    /// <summary>What is said about a transaction that did not do what it was sent for.</summary>
    internal static PondException Failed(TransactionOutcome outcome, string step) => outcome switch
    {
        TransactionOutcome.Failed failed => new(
            "transaction-failed",
            $"The ledger refused the transaction for {step}: {failed.Message}{string.Concat(failed.Logs.Select(log => $"\n  {log}"))}",
            "The ledger's words above name the reason; mend it and run this again."),
        TransactionOutcome.Unknown unknown => new(
            "transaction-unknown",
            $"It could not be learnt whether the transaction {unknown.Signature} for {step} landed: {unknown.Message}",
            "Look at the task with 'pond task status' before you run this again.",
            isTransient: true),
        _ => Unchanged(step),
    };

    private static PondException Unchanged(string step) => new(
        "check-failed", $"The ledger confirmed the transaction for {step}, but does not show its effect.", "Look at the task with 'pond task status'.");

    private async Task<TaskInfo> ReadAsync(Pubkey task, CancellationToken cancellationToken) =>
        await client.GetTaskAsync(task, Commitment.Confirmed, cancellationToken) ?? throw Unchanged("the task");
}
