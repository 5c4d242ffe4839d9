namespace Pond.Primitives.Tasks;

/// <summary>Which slots of a task's life accept what. All windows include their last slot: docs/protocol/tasks.md has the table.</summary>
/// <param name="StartingSlot">The first slot of round 0.</param>
/// <param name="RoundTime">The length of a round.</param>
/// <param name="SubmissionWindow">How many slots after a round's end its submissions are taken.</param>
/// <param name="AuditWindow">How many slots a distribution list is audited.</param>
/// <param name="BeaconDelay">How many slots after a window's end the beacon is drawn that says who audits.</param>
public readonly record struct TaskWindows(
    Slot StartingSlot, ulong RoundTime, ulong SubmissionWindow, ulong AuditWindow, ulong BeaconDelay)
{
    /// <summary>The round in which a slot lies; round 0 before the task's first slot.</summary>
    public Round RoundAt(Slot slot) => slot < StartingSlot ? default : new((slot - StartingSlot) / RoundTime);

    /// <summary>The first slot of a round.</summary>
    public Slot StartOf(Round round) => StartingSlot + (round.Value * RoundTime);

    /// <summary>The first slot of the round after the one that a slot lies in; of round 0 if that has not begun.</summary>
    public Slot NextRound(Slot slot) => slot < StartingSlot ? StartingSlot : StartOf(RoundAt(slot) + 1);

    /// <summary>The slot after <paramref name="slot"/> in which one of the task's windows opens or the one before has closed.</summary>
    /// <remarks>Every window lies at the same distance from a round's beginning: submissions and lists open with the round and close after
    /// the submission window; verdicts on lists close after the audit window.</remarks>
    public Slot NextWindow(Slot slot)
    {
        var round = RoundAt(slot);
        if (slot < StartingSlot)
        {
            return StartingSlot;
        }

        var (audit, payout) = (StartOf(round) + SubmissionWindow + 1, StartOf(round) + SubmissionWindow + AuditWindow + 1);
        var next = StartOf(round + 1);
        return slot < audit && audit < next ? audit : slot < payout && payout < next ? payout : next;
    }

    /// <summary>The first slot that takes a round's submissions: the work is over.</summary>
    public Slot SubmissionsFrom(Round round) => StartOf(round + 1);

    /// <summary>The last slot that takes a round's submissions.</summary>
    public Slot LastSubmission(Round round) => StartOf(round + 1) + SubmissionWindow;

    /// <summary>The audit beacon is that of the first block after this slot.</summary>
    public Slot AuditBeaconAfter(Round round) => LastSubmission(round) + BeaconDelay;

    /// <summary>The last slot in which an Invalid verdict opens an objection: the middle of the audit, rounded up.</summary>
    public Slot LastObjection(Round round) => LastSubmission(round) + ((LastVote(round) - LastSubmission(round) + 1) / 2);

    /// <summary>The last slot in which verdicts on submissions count: the one before the lists.</summary>
    public Slot LastVote(Round round) => new(StartOf(round + 2).Value - 1);

    /// <summary>The last slot for verdicts in a legacy task.</summary>
    public Slot LastLegacyVote(Round round) => LastSubmission(round) + AuditWindow;

    /// <summary>The first slot that takes lists of an attempt, counted from 0.</summary>
    public Slot ListsFrom(Round round, int attempt) => StartOf(round + 2 + (ulong)attempt);

    /// <summary>The last slot that takes lists of an attempt.</summary>
    public Slot LastList(Round round, int attempt) => ListsFrom(round, attempt) + SubmissionWindow;

    /// <summary>The list auditors' beacon is that of the first block after this slot.</summary>
    public Slot ListBeaconAfter(Round round, int attempt) => LastList(round, attempt) + BeaconDelay;

    /// <summary>The last slot in which verdicts on lists count.</summary>
    public Slot LastListVote(Round round, int attempt) => LastList(round, attempt) + AuditWindow;

    /// <summary>The first slot in which the round can be paid. There is no last one.</summary>
    public Slot PayoutFrom(Round round, int attempt) => LastListVote(round, attempt) + 1;

    /// <summary>Whether the windows leave room for a beacon, a verdict before the last objection, and a verdict on a list.</summary>
    /// <remarks>A verdict is possible two slots after the one that the beacon waits for: the beacon's own block comes between.</remarks>
    public bool HaveRoomForAudits =>
        (RoundTime - SubmissionWindow) / 2 >= BeaconDelay + 2 && AuditWindow >= BeaconDelay + 2;
}
