using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <summary>Which slots of a task take what, for one round. A "last" slot is the last one that still counts.</summary>
/// <remarks>Where backups step in and where votes close is read from the ledger, whose rules decide it.</remarks>
public readonly record struct RoundWindows
{
    private readonly TaskWindows _task;
    private readonly Round _round;

    /// <summary>The windows of <paramref name="round"/>.</summary>
    public RoundWindows(TaskInfo task, Round round)
    {
        ArgumentNullException.ThrowIfNull(task);
        _task = task.Windows;
        _round = round;
        // Attempts 0 to AllowedFailedDistributions begin with the rounds from round + 2 on, and one more round passes for the
        // payout of the last attempt, because with sw + aw == round_time its window lies there.
        ForgetFrom = task.StartOf(round + (4 + task.AllowedFailedDistributions));
    }

    /// <summary>The round's first slot: the work begins.</summary>
    public Slot WorkFrom => _task.StartOf(_round);

    /// <summary>The first slot that takes submissions: that of the next round.</summary>
    public Slot SubmitFrom => _task.SubmissionsFrom(_round);

    /// <summary>The last slot that takes submissions.</summary>
    public Slot LastSubmit => _task.LastSubmission(_round);

    /// <summary>From here on nothing can happen in the round any more, whatever the ledger still shows of it.</summary>
    public Slot ForgetFrom { get; }

    /// <summary>The first slot that takes lists of an attempt, counted from 0.</summary>
    public Slot ListsFrom(int attempt) => _task.ListsFrom(_round, attempt);

    /// <summary>The last slot that takes lists of an attempt.</summary>
    public Slot LastList(int attempt) => _task.LastList(_round, attempt);

    /// <summary>The last slot that takes verdicts on an attempt's lists.</summary>
    public Slot LastListAudit(int attempt) => _task.LastListVote(_round, attempt);

    /// <summary>The first slot in which an attempt's list can be paid. There is no last one.</summary>
    public Slot PayoutFrom(int attempt) => _task.PayoutFrom(_round, attempt);
}
