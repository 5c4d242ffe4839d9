using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Node;
using Pond.Node.Money;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Server.Nodes;

/// <summary>What one node does on the ledger, as transactions: the operator pays the fees, the staking key signs what is done.</summary>
/// <remarks>Safe for use by several threads.</remarks>
internal sealed class NodeLedger(LedgerClient client, TransactionSender sender, Pubkey task, Keypair payer, Keypair staker)
{
    internal Pubkey StakingKey => staker.PublicKey;

    /// <summary>The task as it is now.</summary>
    /// <exception cref="PondException"><c>task-not-found</c>, or the ledger cannot be reached.</exception>
    internal async Task<TaskInfo> GetTaskAsync(CancellationToken cancellationToken) =>
        await client.GetTaskAsync(task, Commitment.Processed, cancellationToken)
        ?? throw new PondException(
            "task-not-found",
            $"There is no task {task} on the ledger at {client.Endpoint}.",
            "Check the task's id and the ledger's address.");

    /// <summary>Makes sure that the node has at least this stake on the task and is listed with its address.</summary>
    /// <exception cref="PondException"><c>stake-refused</c>, or it is not known whether it took effect.</exception>
    /// <returns>The transaction; null if nothing had to be done.</returns>
    internal async Task<Signature?> StakeAsync(TaskInfo info, Lamports wanted, string address, CancellationToken cancellationToken)
    {
        var staked = info.Stakes.GetValueOrDefault(StakingKey);
        var isListed = string.Equals(info.Addresses.GetValueOrDefault(StakingKey), address, StringComparison.Ordinal);
        if (staked >= wanted && isListed)
        {
            return null;
        }

        // A stake of nothing but the new address is refused, so a restarted node whose port has changed adds one lamport.
        var amount = staked < wanted ? wanted - staked : new Lamports(1);
        var stake = new TaskInstruction.Stake(amount, address).ToInstruction(task, StakingKey, info.StakePot);
        var account = await client.GetAccountInfoAsync(StakingKey, Commitment.Processed, cancellationToken);
        ImmutableArray<Instruction> instructions;
        if (account is null)
        {
            var rent = await client.GetMinimumBalanceForRentExemptionAsync(StakingAccounts.RentedBytes, cancellationToken);
            instructions =
            [
                new SystemInstruction.CreateAccount(amount + rent + StakingAccounts.Margin, StakingAccounts.InitialBytes, ProgramIds.Task)
                    .ToInstruction(payer.PublicKey, StakingKey),
                stake,
            ];
        }
        else if (account.Owner == ProgramIds.Task)
        {
            instructions = [new SystemInstruction.Transfer(amount).ToInstruction(payer.PublicKey, StakingKey), stake];
        }
        else
        {
            throw new PondException(
                "staking-key-in-use",
                $"The account {StakingKey} belongs to the program {account.Owner}, so it cannot stake.",
                "Use a staking key of its own, which no wallet uses.");
        }

        switch (await sender.SendAsync(payer, instructions, [staker], cancellationToken))
        {
            case TransactionOutcome.Confirmed(_, var confirmed):
                return confirmed;
            case TransactionOutcome.Failed(var message, _, var logs):
                throw new PondException(
                    "stake-refused",
                    $"The stake of {amount} on task {task} was refused: {message} {string.Join(' ', logs)}".TrimEnd(),
                    $"Check that the task is active and that {payer.PublicKey} has {amount} and the rent.");
            case TransactionOutcome.Unknown(var signature, var message):
                throw new PondException(
                    "stake-unknown",
                    $"Whether the stake of {amount} on task {task} took effect is not known: {message}",
                    $"Look up the transaction {signature}; a restarted node stakes only what is missing.",
                    isTransient: true);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Sends the operator's money to somebody.</summary>
    internal Task<Signature> TransferAsync(Pubkey to, Lamports amount, CancellationToken cancellationToken) =>
        SendAsync(new SystemInstruction.Transfer(amount).ToInstruction(payer.PublicKey, to), [], cancellationToken);

    /// <summary>Claims everything for the operator.</summary>
    internal Task<Signature> ClaimAsync(Pubkey stakePot, CancellationToken cancellationToken) => SendAsync(
        new TaskInstruction.ClaimReward().ToInstruction(task, StakingKey, stakePot, payer.PublicKey), [staker], cancellationToken);

    /// <summary>Carries out an action.</summary>
    /// <returns>Its end, as the core wants to hear it.</returns>
    internal async Task<NodeInput> PerformAsync(NodeOutput.Send send, Pubkey stakePot, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = send.Action is NodeAction.UploadAndSubmitList(var round, var json)
                ? await SendListAsync(round, json, cancellationToken)
                : await sender.SendAsync(payer, [NodeTransactions.Of(send.Action, task, StakingKey, stakePot, payer.PublicKey)], [staker], cancellationToken);
            // What every ledger of this kind asks; priority is never paid for.
            var fee = Bank.FeePerSignature * (ulong)outcome.PaidSignatures;
            return outcome switch
            {
                TransactionOutcome.Confirmed(var slot, var signature) => new NodeInput.ActionConfirmed(send.Id, slot, signature, fee),
                TransactionOutcome.Failed(var message, var failure, var logs) => new NodeInput.ActionFailed(
                    send.Id, Explain(message, logs), NodeTransactions.IsFinal(failure?.CustomCode), NodeTransactions.FaultOf(failure?.Name), fee),
                TransactionOutcome.Unknown => new NodeInput.ActionUnknown(send.Id),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (PondException exception)
        {
            // The sender throws only before anything was sent.
            return new NodeInput.ActionFailed(send.Id, exception.Message, IsFinal: false, ActionFault.Unreachable);
        }
    }

    private async Task<Signature> SendAsync(Instruction instruction, ImmutableArray<Keypair> signers, CancellationToken cancellationToken) =>
        await sender.SendAsync(payer, [instruction], signers, cancellationToken) switch
        {
            TransactionOutcome.Confirmed(_, var signature) => signature,
            TransactionOutcome.Failed(var message, _, var logs) =>
                throw new PondException("transaction-refused", Explain(message, logs), "See the ledger's words."),
            TransactionOutcome.Unknown(var signature, var message) => throw new PondException(
                "transaction-unknown",
                $"Whether the transaction {signature} took effect is not known: {message}",
                "Look it up before it is sent again.",
                isTransient: true),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private async Task<TransactionOutcome> SendListAsync(Round round, string json, CancellationToken cancellationToken)
    {
        var (parts, submit) = NodeTransactions.OfList(json, round, task, StakingKey);
        // The first part begins a new list; then the others may come in any order, and the last transaction submits what is there.
        var paid = 0;
        for (var index = 0; index < parts.Length - 1; index++)
        {
            var outcome = await sender.SendAsync(payer, [parts[index]], [staker], cancellationToken);
            paid += outcome.PaidSignatures;
            if (outcome is not TransactionOutcome.Confirmed)
            {
                return outcome with { PaidSignatures = paid };
            }
        }

        var last = await sender.SendAsync(payer, [parts[^1], submit], [staker], cancellationToken);
        return last with { PaidSignatures = paid + last.PaidSignatures };
    }

    private static string Explain(string message, ImmutableArray<string> logs) =>
        logs.LastOrDefault(line => line.StartsWith("Program log: ", StringComparison.Ordinal)) is { } line
            ? $"{message} ({line["Program log: ".Length..]})"
            : message;
}
