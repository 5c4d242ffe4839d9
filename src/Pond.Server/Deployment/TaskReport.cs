using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Deployment;

/// <summary>How a task is doing on the ledger.</summary>
/// <param name="Task">The task.</param>
/// <param name="Slot">The slot in which it was looked at.</param>
/// <param name="Round">The task's round in that slot.</param>
/// <param name="Rounds">The last rounds, oldest first.</param>
public sealed record TaskReport(TaskInfo Task, Slot Slot, Round Round, ImmutableArray<TaskRoundInfo> Rounds)
{
    /// <summary>Reads the last rounds of a task.</summary>
    /// <param name="client">Asks the ledger.</param>
    /// <param name="task">The task.</param>
    /// <param name="rounds">How many; the one that is being worked on is the last.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<TaskReport> ReadAsync(LedgerClient client, TaskInfo task, int rounds, CancellationToken cancellationToken)
    {
        var slot = await client.GetSlotAsync(Commitment.Processed, cancellationToken);
        var current = task.RoundAt(slot);
        var read = ImmutableArray.CreateBuilder<TaskRoundInfo>();
        for (var number = current.Value - Math.Min(current.Value, (ulong)rounds - 1); number <= current.Value; number++)
        {
            if ((await client.GetTaskRoundAsync(task.Task, new Round(number), Commitment.Processed, cancellationToken)).Value is { } round)
            {
                read.Add(round);
            }
        }

        return new(task, slot, current, read.ToImmutable());
    }

    /// <summary>What a round is doing, in a few words.</summary>
    public string Describe(TaskRoundInfo round) =>
        round.Payout is PayoutRecord.PayoutSuccessful ? "paid"
        : round.Round == Round ? "work"
        : Slot < Task.StartOf(round.Round + 1) + Task.SubmissionWindow ? "submission"
        : round.Submissions.Count == 0 ? "no submission"
        : round.IsSettled ? "failed"
        : Round == round.Round + 1 ? "audit"
        : round.Payout is PayoutRecord.PayoutFailed ? "list, again"
        : "list and payout";
}
