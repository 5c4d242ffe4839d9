using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <summary>Which slots of a task take what, for one round. A "last" slot is the last one that still counts.</summary>
/// <remarks>What the ledger itself shows of a round (where backups step in, where votes close, where lists begin) is read there.</remarks>
public readonly record struct RoundWindows
{
    private readonly ulong _submissionWindow;
    private readonly ulong _auditWindow;

    /// <summary>The windows of <paramref name="round"/>.</summary>
    public RoundWindows(TaskInfo task, Round round)
    {
        ArgumentNullException.ThrowIfNull(task);
        _submissionWindow = task.SubmissionWindow;
        _auditWindow = task.AuditWindow;
        WorkFrom = task.StartOf(round);
        SubmitFrom = task.StartOf(round + 1);
        // Attempts 0 to AllowedFailedDistributions begin with the rounds from round + 2 on, and one more round passes for the
        // payout of the last attempt, because with sw + aw == round_time its window lies there.
        ForgetFrom = task.StartOf(round + (4 + task.AllowedFailedDistributions));
    }

    /// <summary>The round's first slot: the work begins.</summary>
    public Slot WorkFrom { get; }

    /// <summary>The first slot that takes submissions: that of the next round.</summary>
    public Slot SubmitFrom { get; }

    /// <summary>The last slot that takes submissions.</summary>
    public Slot LastSubmit => SubmitFrom + _submissionWindow;

    /// <summary>From here on nothing can happen in the round any more, whatever the ledger still shows of it.</summary>
    public Slot ForgetFrom { get; }

    /// <summary>The last slot that takes lists of the attempt that began at <paramref name="listsFrom"/>.</summary>
    public Slot LastList(Slot listsFrom) => listsFrom + _submissionWindow;

    /// <summary>The first slot that takes verdicts on lists.</summary>
    public Slot ListAuditFrom(Slot listsFrom) => LastList(listsFrom) + 1;

    /// <summary>The last slot that takes verdicts on lists.</summary>
    public Slot LastListAudit(Slot listsFrom) => LastList(listsFrom) + _auditWindow;

    /// <summary>The first slot in which the attempt can be settled. There is no last one.</summary>
    public Slot PayoutFrom(Slot listsFrom) => LastListAudit(listsFrom) + 1;
}
