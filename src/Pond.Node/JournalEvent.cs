namespace Pond.Node;

/// <summary>What happened, as the journal keeps it. The numbers are on operators' disks: frozen, never reused.</summary>
public enum JournalEvent
{
    /// <summary>Nothing; never written.</summary>
    None = 0,

    /// <summary>The task was asked to do the round's work.</summary>
    WorkStarted = 1,

    /// <summary>The work is done. A restarted node does not do it again.</summary>
    WorkDone = 2,

    /// <summary>The task handed over its submission: the detail is its value. A restarted node sends the same one.</summary>
    SubmissionProduced = 3,

    /// <summary>The ledger holds this node's submission.</summary>
    SubmissionAccepted = 4,

    /// <summary>The task judged another node's submission: the detail is the verdict.</summary>
    VerdictGiven = 5,

    /// <summary>The ledger holds that verdict.</summary>
    VerdictAccepted = 6,

    /// <summary>The task wrote a distribution list.</summary>
    ListProduced = 7,

    /// <summary>The ledger holds this node's list.</summary>
    ListAccepted = 8,

    /// <summary>The task judged a distribution list: the detail is the verdict.</summary>
    ListVerdictGiven = 9,

    /// <summary>The ledger holds that verdict.</summary>
    ListVerdictAccepted = 10,

    /// <summary>This node asked the ledger to settle the round.</summary>
    PayoutSent = 11,

    /// <summary>What was earned moved to the operator.</summary>
    Claimed = 12,

    /// <summary>A call to the task ended in an error: the detail says which call and why.</summary>
    CallFailed = 13,

    /// <summary>The ledger refused an action, or its answer was lost: the detail says which and why.</summary>
    ActionFailed = 14,

    /// <summary>Nothing more can happen in the round: the reason says why it paid nothing, if so. Once per round.</summary>
    RoundClosed = 15,

    /// <summary>The task's process ended by itself: the detail says how. It belongs to the round that ran then.</summary>
    TaskEnded = 16,

    /// <summary>The node ended the task's process to start it again: the detail says why.</summary>
    TaskRestarted = 17,

    /// <summary>The ledger took this node's request to settle the round.</summary>
    PayoutAccepted = 18,

    /// <summary>What another node said of this node's submission, as it stood when the round was closed: the detail is the verdict.</summary>
    VerdictReceived = 19,

    /// <summary>The stake on a task that has moved was taken back.</summary>
    Withdrawn = 20,
}
