namespace Pond.Ledger.Tasks;

/// <summary>Why the task program refused an instruction: the number in <c>{"Custom":n}</c>. Frozen; numbers are never reused.</summary>
public enum TaskErrorCode
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The account is no task of this program. Final.</summary>
    NotATask = 1,

    /// <summary>The account holds a task already, or data. Final.</summary>
    AlreadyInitialized = 2,

    /// <summary>A number of the new task contradicts another: the log says which. Final.</summary>
    InvalidParameters = 3,

    /// <summary>The pot's address is no stake pot's, it is in use, or it is not this task's. Final.</summary>
    WrongStakePot = 4,

    /// <summary>The signer may not do this.</summary>
    NotAuthorized = 5,

    /// <summary>The task is stopped. May succeed later.</summary>
    TaskInactive = 6,

    /// <summary>The task has moved to another account. Final.</summary>
    TaskMigrated = 7,

    /// <summary>The window has not begun. The same instruction may succeed later.</summary>
    WindowNotOpen = 8,

    /// <summary>The window is over. Final.</summary>
    WindowClosed = 9,

    /// <summary>The key's stake is below the minimum, or was when the round began.</summary>
    StakeTooLow = 10,

    /// <summary>The key has submitted something else for this round. Final; the first submission stands.</summary>
    AlreadySubmitted = 11,

    /// <summary>There is no such submission, list or round.</summary>
    NothingToAudit = 12,

    /// <summary>The beacon that says who audits has not been drawn. The same instruction may succeed later.</summary>
    AuditNotOpen = 13,

    /// <summary>Nobody gives a verdict on itself. Final.</summary>
    SelfVerdict = 14,

    /// <summary>The key has given another verdict. Final; the first one stands.</summary>
    AlreadyVoted = 15,

    /// <summary>The stake that is not locked does not cover the bond.</summary>
    BondNotCovered = 16,

    /// <summary>The key may not write this round's list in this attempt.</summary>
    NotALeader = 17,

    /// <summary>The list is missing a part, or no list: the log says what is wrong.</summary>
    InvalidList = 18,

    /// <summary>The round is settled. Final.</summary>
    AlreadySettled = 19,

    /// <summary>The stake is still in use. May succeed three rounds later.</summary>
    StakeInUse = 20,

    /// <summary>The key has no stake here.</summary>
    NotStaked = 21,

    /// <summary>The key has nothing to claim.</summary>
    NothingToClaim = 22,

    /// <summary>The account that is to pay has too little, or is not one the program may debit.</summary>
    CannotPay = 23,

    /// <summary>The task's paid space is used up. May succeed once old rounds are pruned.</summary>
    StateFull = 24,

    /// <summary>An amount is zero, or a balance would leave the range that clients can read.</summary>
    InvalidAmount = 25,

    /// <summary>The account is not the one with the network's managers. Final.</summary>
    WrongManagerList = 26,

    /// <summary>The task still owes something or has open rounds, is listed or active. May succeed later.</summary>
    TaskInUse = 27,

    /// <summary>The list of managers would get shorter than two or longer than sixteen.</summary>
    ManagerLimit = 28,

    /// <summary>The token account, its mint, its owner or the vault's authority is not the one that the task needs. Final.</summary>
    WrongTokenAccount = 29,
}
