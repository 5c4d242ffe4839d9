namespace Pond.Node.Money;

/// <summary>What an operator does with his money. The numbers are frozen: journals hold them.</summary>
public enum SagaKind
{
    /// <summary>None; never a saga's.</summary>
    None = 0,

    /// <summary>From the main key to somebody.</summary>
    Transfer = 1,

    /// <summary>From the main key to a task's stake.</summary>
    Stake = 2,

    /// <summary>A task's whole stake, and what there is to claim, to the main key.</summary>
    Unstake = 3,

    /// <summary>What a task has paid, to the main key.</summary>
    Claim = 4,

    /// <summary>What a task has paid, to its stake.</summary>
    Restake = 5,

    /// <summary>The stake of a task that has moved, to the task that it has moved to.</summary>
    Upgrade = 6,
}
