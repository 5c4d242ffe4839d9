using System.Collections.Immutable;
using System.Text;
using Pond.Ledger.Tasks;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Server.Nodes;

/// <summary>What a node's actions are as instructions, and what the ledger's answers to them mean to it.</summary>
internal static class NodeTransactions
{
    /// <summary>The one instruction of an action; a list has several, see <see cref="OfList"/>.</summary>
    internal static Instruction Of(NodeAction action, Pubkey task, Pubkey stakingKey, Pubkey stakePot, Pubkey payer) =>
        action switch
        {
            NodeAction.SubmitTask(var round, var value) =>
                new TaskInstruction.SubmitTask(value, round).ToInstruction(task, stakingKey),
            NodeAction.AuditSubmission(var round, var candidate, var verdict) =>
                new TaskInstruction.AuditSubmissions(verdict, round).ToInstruction(task, stakingKey, candidate),
            NodeAction.AuditList(var round, var author, var verdict) =>
                new TaskInstruction.AuditDistribution(verdict, round).ToInstruction(task, stakingKey, author),
            NodeAction.Payout(var round, var author) =>
                new TaskInstruction.Payout(round).ToInstruction(task, author ?? stakingKey),
            NodeAction.Withdraw => new TaskInstruction.Withdraw().ToInstruction(task, stakingKey),
            NodeAction.Claim =>
                new TaskInstruction.ClaimReward().ToInstruction(task, stakingKey, stakePot, payer),
            _ => throw new System.Diagnostics.UnreachableException($"{action} is no single instruction."),
        };

    /// <summary>A list's parts, of which the first begins it and the others may come in any order, and what submits it once they are there.</summary>
    internal static (ImmutableArray<Instruction> Parts, Instruction Submit) OfList(string json, Round round, Pubkey task, Pubkey stakingKey) =>
    (
        [
            .. TaskInstruction.UploadDistributionList.Split(Encoding.UTF8.GetBytes(json), round)
                .Select(part => part.ToInstruction(task, stakingKey)),
        ],
        new TaskInstruction.SubmitDistributionList(round).ToInstruction(task, stakingKey));

    /// <summary>Nobody pays the fee whose account has too little, or was never there.</summary>
    internal static ActionFault FaultOf(string? errorName) =>
        errorName is "InsufficientFundsForFee" or "InsufficientFundsForRent" or "AccountNotFound" ? ActionFault.OutOfFunds : ActionFault.Refused;

    /// <summary>Whether the task program's answer cannot change: its codes say so, all others may pass.</summary>
    internal static bool IsFinal(uint? customCode) =>
        customCode is { } code
        && (TaskErrorCode)code is TaskErrorCode.NotATask or TaskErrorCode.TaskMigrated or TaskErrorCode.WindowClosed
            or TaskErrorCode.StakeTooLow or TaskErrorCode.AlreadySubmitted or TaskErrorCode.SelfVerdict or TaskErrorCode.AlreadyVoted
            or TaskErrorCode.NotALeader or TaskErrorCode.InvalidList or TaskErrorCode.AlreadySettled or TaskErrorCode.NothingToClaim;
}
