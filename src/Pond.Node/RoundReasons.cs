namespace Pond.Node;

/// <summary>The reasons as people and scripts read them.</summary>
public static class RoundReasons
{
    /// <summary>The stable code: lower case, words joined by hyphens; empty for <see cref="RoundReason.None"/>.</summary>
    public static string ToCode(this RoundReason reason) =>
        reason switch
        {
            RoundReason.None => "",
            RoundReason.NotAParticipant => "not-a-participant",
            RoundReason.TaskInactive => "task-inactive",
            RoundReason.NodeAbsent => "node-absent",
            RoundReason.ExecuteFailed => "execute-failed",
            RoundReason.NoSubmission => "no-submission",
            RoundReason.WindowClosed => "window-closed",
            RoundReason.RejectedByLedger => "rejected-by-ledger",
            RoundReason.Slashed => "slashed",
            RoundReason.UnpaidOutvoted => "unpaid-outvoted",
            RoundReason.UnpaidTooFewVerdicts => "unpaid-too-few-verdicts",
            RoundReason.NoList => "no-list",
            RoundReason.ListsRejected => "lists-rejected",
            RoundReason.NothingDue => "nothing-due",
            RoundReason.PayoutMissing => "payout-missing",
            RoundReason.StakeTooLow => "stake-too-low",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "No such reason."),
        };
}
