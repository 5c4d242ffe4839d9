using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Client.Ledger;

/// <content>Tasks.</content>
public sealed partial class LedgerClient
{
    /// <summary>All tasks with what one chooses by. Only our own ledgers answer it.</summary>
    public async Task<ImmutableArray<TaskSummary>> GetTasksAsync(Commitment commitment, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<ImmutableArray<TaskSummary>>>("getTasks", [At(commitment)], cancellationToken)).Value;

    /// <summary>A task with its stakes and balances; null if there is none. Only our own ledgers answer it.</summary>
    public async Task<TaskInfo?> GetTaskAsync(Pubkey task, Commitment commitment, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<TaskInfo?>>("getTask", [task, At(commitment)], cancellationToken)).Value;

    /// <summary>A round of a task; null if there is no such task, or the ledger has dropped the round. Only our own ledgers
    /// answer it.</summary>
    /// <returns>
    /// The round together with the slot whose state it was read from: windows are judged by that slot. A large round is read in parts, and the
    /// slot is that of the last one; what is final in a round stays so from part to part.
    /// </returns>
    public async Task<Contextual<TaskRoundInfo?>> GetTaskRoundAsync(
        Pubkey task, Round round, Commitment commitment, CancellationToken cancellationToken)
    {
        var answer = await CallAsync<Contextual<TaskRoundInfo?>>("getTaskRound", [task, round, At(commitment)], cancellationToken);
        var whole = answer.Value;
        while (whole?.Next is { } after)
        {
            answer = await CallAsync<Contextual<TaskRoundInfo?>>(
                "getTaskRound", [task, round, new { commitment, after }], cancellationToken);
            whole = answer.Value?.After(whole);
        }

        return answer with { Value = whole };
    }

    /// <summary>What of a round concerns one node; small however large the round is. Null as for the whole round.</summary>
    /// <returns>The node's share together with the slot whose state it was read from.</returns>
    public Task<Contextual<TaskRoundInfo?>> GetTaskRoundAsync(
        Pubkey task, Round round, Pubkey node, Commitment commitment, CancellationToken cancellationToken) =>
        CallAsync<Contextual<TaskRoundInfo?>>("getTaskRound", [task, round, new { commitment, node }], cancellationToken);

    /// <summary>One key's share of a round's audits; null if there is no such task, or nothing was submitted in the round. Only our own ledgers
    /// answer it.</summary>
    /// <returns>The share together with the slot whose state it was read from.</returns>
    public Task<Contextual<AuditAssignments?>> GetAuditAssignmentsAsync(
        Pubkey task, Round round, Pubkey node, Commitment commitment, CancellationToken cancellationToken) =>
        CallAsync<Contextual<AuditAssignments?>>("getAuditAssignments", [task, round, node, At(commitment)], cancellationToken);

    /// <summary>The JSON text of a distribution list; null if the author has submitted none. Only our own ledgers answer it.</summary>
    public async Task<string?> GetTaskDistributionListAsync(
        Pubkey task, Round round, Pubkey author, Commitment commitment, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<string?>>(
            "getTaskDistributionList", [task, round, author, At(commitment)], cancellationToken)).Value;

    /// <summary>The JSON image of a task's account as Koii's clients read it; null if there is no such task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="parts">Which of the heavy maps to include; those left out come as empty objects.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<byte[]?> GetTaskAccountInfoAsync(Pubkey task, TaskParts parts, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<DataAnswer<EncodedBytes>?>>(
            "getTaskAccountInfo",
            [
                task,
                new
                {
                    encoding = EncodedBytes.Base64,
                    submission = parts.HasFlag(TaskParts.Submissions),
                    distribution = parts.HasFlag(TaskParts.Distributions),
                    balance = parts.HasFlag(TaskParts.Balances),
                    stake = parts.HasFlag(TaskParts.Stakes),
                },
            ],
            cancellationToken)).Value?.Data.ToBytes();

    /// <summary>The JSON text of a task's submissions and their audits as Koii's clients read it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="round">The round; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">There are none; the text begins with "Task does not have any".</exception>
    public Task<byte[]?> GetTaskSubmissionInfoAsync(Pubkey task, Round? round, CancellationToken cancellationToken) =>
        GetRoundTextAsync("getTaskSubmissionInfo", task, round, cancellationToken);

    /// <summary>The JSON text of a task's distribution lists and their audits as Koii's clients read it.</summary>
    /// <inheritdoc cref="GetTaskSubmissionInfoAsync"/>
    public Task<byte[]?> GetTaskDistributionInfoAsync(Pubkey task, Round? round, CancellationToken cancellationToken) =>
        GetRoundTextAsync("getTaskDistributionInfo", task, round, cancellationToken);

    /// <summary>A key's stake on a task.</summary>
    /// <exception cref="RpcException">It has none; the text is "No stake available on this task".</exception>
    public async Task<Lamports> GetMyTaskStakeInfoAsync(Pubkey task, Pubkey staker, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<DataAnswer<Lamports>>>(
            "getMyTaskStakeInfo", [task, staker], cancellationToken)).Value.Data;

    /// <summary>Whether a key has a submission in a round.</summary>
    public async Task<bool> GetMyTaskSubmissionRoundInfoAsync(
        Pubkey task, Pubkey submitter, Round round, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<DataAnswer<bool>>>(
            "getMyTaskSubmissionRoundInfo", [task, submitter, new { round }], cancellationToken)).Value.Data;

    private async Task<byte[]?> GetRoundTextAsync(
        string method, Pubkey task, Round? round, CancellationToken cancellationToken)
    {
        // On the wire -1 stands for all rounds.
        object wireRound = round is { } one ? one : -1;
        var answer = await CallAsync<Contextual<DataAnswer<EncodedBytes>?>>(
            method, [task, new { encoding = EncodedBytes.Base64, round = wireRound }], cancellationToken);
        return answer.Value?.Data.ToBytes();
    }
}
