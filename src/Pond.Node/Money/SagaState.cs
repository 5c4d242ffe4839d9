namespace Pond.Node.Money;

/// <summary>How far a saga is. The numbers are frozen: journals hold them.</summary>
public enum SagaState
{
    /// <summary>None; never a saga's.</summary>
    None = 0,

    /// <summary>It is being done.</summary>
    Running = 1,

    /// <summary>It goes on by itself as soon as it can: a stake is locked, or the fee is missing. Nothing is under way.</summary>
    Waiting = 2,

    /// <summary>All of it was done and read back. Final.</summary>
    Done = 3,

    /// <summary>What is left of it will not be done. Final; nothing is under way.</summary>
    Refused = 4,

    /// <summary>Whether its transaction landed can't be learnt now: it has expired, and the ledger shows no blocks so old. It is looked for further.</summary>
    Unknown = 5,
}
