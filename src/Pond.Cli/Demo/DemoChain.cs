using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Demo;

/// <summary>What the ledger says of the demo's task and its rounds, kept up to date. The report is made of it alone.</summary>
internal sealed class DemoChain(LedgerClient ledger, TaskInfo deployed)
{
    private readonly SortedDictionary<Round, TaskRoundInfo> _rounds = [];

    /// <summary>The task.</summary>
    internal TaskInfo Task { get; private set; } = deployed;

    /// <summary>The slot of the latest reading.</summary>
    internal Slot Slot { get; private set; }

    /// <summary>The current round.</summary>
    internal Round Current => Task.RoundAt(Slot);

    /// <summary>All rounds so far, oldest first. Those that are paid stay as they were then, whatever the ledger forgets.</summary>
    internal IReadOnlyCollection<TaskRoundInfo> Rounds => _rounds.Values;

    /// <summary>The rounds in which something was submitted, oldest first.</summary>
    internal IEnumerable<TaskRoundInfo> Worked => _rounds.Values.Where(round => round.Submissions.Count > 0);

    /// <summary>Whether every round in which something was submitted is paid.</summary>
    internal bool IsSettled => Worked.All(round => round.Payout is PayoutRecord.PayoutSuccessful);

    /// <summary>Reads what may have changed.</summary>
    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        Slot = await ledger.GetSlotAsync(Commitment.Confirmed, cancellationToken);
        Task = await ledger.GetTaskAsync(Task.Task, Commitment.Confirmed, cancellationToken)
            ?? throw new PondException(
                "check-failed", $"The task {Task.Task} is gone from the ledger.", "Report this as a defect.");
        for (var round = default(Round); round <= Current; round += 1)
        {
            if (_rounds.TryGetValue(round, out var known) && IsFinal(known))
            {
                continue;
            }

            var (_, info) = await ledger.GetTaskRoundAsync(Task.Task, round, Commitment.Confirmed, cancellationToken);
            if (info is not null)
            {
                _rounds[round] = info;
            }
        }
    }

    // A round without submissions has nothing to pay, and is read again for as long as some could still come.
    private bool IsFinal(TaskRoundInfo round) =>
        round.Payout is PayoutRecord.PayoutSuccessful
        || (round.Submissions.Count == 0 && Slot > Task.StartOf(round.Round + 2));

    /// <summary>What the key has earned by its work and its audits so far.</summary>
    internal Lamports EarnedBy(Pubkey key) => Sum(round => round.Rewards.GetValueOrDefault(key) + round.AuditPay.GetValueOrDefault(key));

    /// <summary>What a round's payout took from the bounty, for work and for audits.</summary>
    internal static Lamports PaidIn(TaskRoundInfo round) =>
        round.Rewards.Values.Concat(round.AuditPay.Values).Aggregate(Lamports.Zero, (sum, amount) => sum + amount);

    /// <summary>Adds up one amount over all rounds.</summary>
    internal Lamports Sum(Func<TaskRoundInfo, Lamports> amount) =>
        _rounds.Values.Aggregate(Lamports.Zero, (sum, round) => sum + amount(round));
}
