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
            RoundReason.SubmitFailed => "submit-failed",
            RoundReason.TaskHung => "task-hung",
            RoundReason.TaskDown => "task-down",
            RoundReason.TaskTooSlow => "task-too-slow",
            RoundReason.LedgerUnreachable => "ledger-unreachable",
            RoundReason.OutOfFunds => "out-of-funds",
            RoundReason.BountyUsedUp => "bounty-used-up",
            RoundReason.OutcomeUnknown => "outcome-unknown",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "No such reason."),
        };

    /// <summary>What happened and what to do, for people.</summary>
    public static string ToSentence(this RoundReason reason) =>
        reason switch
        {
            RoundReason.None => "The round was paid.",
            RoundReason.NotAParticipant => "The node had less than the minimum stake when the round began. Stake before a round to take part in it.",
            RoundReason.TaskInactive => "The task was inactive or had moved, so its ledger took no submission. Wait for it, or follow it.",
            RoundReason.NodeAbsent => "The node did not run while the work was to be done. Keep it running through whole rounds.",
            RoundReason.ExecuteFailed => "The task's work function failed each time. Look into its task.log.",
            RoundReason.NoSubmission => "The task worked, and handed over no submission. Look into its task.log for what it says of its result.",
            RoundReason.WindowClosed => "The submission was not on the ledger when its window closed: it was handed over too late, or the ledger was too slow.",
            RoundReason.RejectedByLedger => "The ledger refused the submission for good. The journal has its words.",
            RoundReason.Slashed => "The auditors called the submission invalid, and stake was lost. Look at what was submitted, and at the task's log.",
            RoundReason.UnpaidOutvoted => "The auditors called the submission invalid, too few of them to cost stake.",
            RoundReason.UnpaidTooFewVerdicts => "Too few auditors answered with Valid: the result may not have been reachable. Check the node's public address.",
            RoundReason.NoList => "Nobody wrote a distribution list in time, so nobody was paid.",
            RoundReason.ListsRejected => "Every distribution list was rejected, so nobody was paid.",
            RoundReason.NothingDue => "The round was paid, and its list had nothing for this node: the list said so, or the bounty was used up.",
            RoundReason.PayoutMissing => "Nobody settled the round before the ledger closed it.",
            RoundReason.StakeTooLow => "The stake fell below the minimum after the round had begun, as after a slash. Stake more.",
            RoundReason.SubmitFailed => "The task worked, and failed when it was to hand over its submission. Look into its task.log.",
            RoundReason.TaskHung => "The task hung, and was started again. Look into its task.log for what it did last.",
            RoundReason.TaskDown => "The task's process did not run: it had ended, or could not be started. The journal says how; look into its task.log.",
            RoundReason.TaskTooSlow => "The task was still at work when the submissions' window closed. A faster machine may help, or fewer tasks on it.",
            RoundReason.LedgerUnreachable => "The node could not reach the ledger while the submission was to be sent. Check the network and the ledger's address.",
            RoundReason.OutOfFunds => "The operator's account had too little for the fees. Send it some KOII.",
            RoundReason.BountyUsedUp => "The task's bounty was used up, so there was nothing to pay with. It goes on when somebody funds it.",
            RoundReason.OutcomeUnknown =>
                "The node was away until the ledger had forgotten the round. What it had earned, if anything, was claimed with the rest.",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "No such reason."),
        };
}
