namespace Pond.Node;

/// <summary>Why a round's work paid this node nothing. The numbers are on operators' disks: frozen, never reused.</summary>
/// <remarks>In texts and in JSON these are lower case with hyphens, such as <c>not-a-participant</c>: <see cref="RoundReasons"/>.</remarks>
public enum RoundReason
{
    /// <summary>It did pay, or the round is not over yet.</summary>
    None = 0,

    /// <summary>The stake was below the minimum at the round's first slot.</summary>
    NotAParticipant = 1,

    /// <summary>The task was not active when the round began.</summary>
    TaskInactive = 2,

    /// <summary>The node did not run while the work was to be done.</summary>
    NodeAbsent = 3,

    /// <summary>The task's work function failed.</summary>
    ExecuteFailed = 4,

    /// <summary>The work was done, and the task handed over no submission.</summary>
    NoSubmission = 5,

    /// <summary>The submission was not there, or not on the ledger, when its window closed.</summary>
    WindowClosed = 6,

    /// <summary>The ledger refused the submission for good.</summary>
    RejectedByLedger = 7,

    /// <summary>An objection was upheld: stake is lost.</summary>
    Slashed = 8,

    /// <summary>Auditors called the submission invalid, but not enough of them to slash.</summary>
    UnpaidOutvoted = 9,

    /// <summary>Too few auditors answered with Valid.</summary>
    UnpaidTooFewVerdicts = 10,

    /// <summary>No distribution list came.</summary>
    NoList = 11,

    /// <summary>Lists came, and each was rejected.</summary>
    ListsRejected = 12,

    /// <summary>The round was paid, and the list gave this node nothing: the list said so, or the bounty was used up.</summary>
    NothingDue = 13,

    /// <summary>Nobody settled the round before the ledger closed it.</summary>
    PayoutMissing = 14,

    /// <summary>The stake fell below the minimum after the round had begun, as after a slash.</summary>
    StakeTooLow = 15,

    /// <summary>The task's submission function failed.</summary>
    SubmitFailed = 16,

    /// <summary>The task hung: it did not even answer when its call was given up.</summary>
    TaskHung = 17,

    /// <summary>The task's process did not run: it had ended, or could not be started.</summary>
    TaskDown = 18,

    /// <summary>The task was still at work when the submissions' window closed.</summary>
    TaskTooSlow = 19,

    /// <summary>The node could not reach the ledger while it was to act.</summary>
    LedgerUnreachable = 20,

    /// <summary>The operator's account had too little for the fees.</summary>
    OutOfFunds = 21,

    /// <summary>What was left of the task's bounty did not pay a round.</summary>
    BountyUsedUp = 22,

    /// <summary>The node was away until the ledger had forgotten the round. What it had earned, if anything, it claimed with the rest.</summary>
    OutcomeUnknown = 23,
}
