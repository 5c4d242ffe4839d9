namespace Pond.Client.Ledger;

/// <summary>The parts of a task's account image that grow with the task.</summary>
[Flags]
public enum TaskParts
{
    /// <summary>The settings alone.</summary>
    None = 0,

    /// <summary>Submissions and their audits.</summary>
    Submissions = 1,

    /// <summary>Distribution lists, their audits and the payouts.</summary>
    Distributions = 2,

    /// <summary>Balances that can be claimed.</summary>
    Balances = 4,

    /// <summary>Stakes.</summary>
    Stakes = 8,

    /// <summary>Everything.</summary>
    All = Submissions | Distributions | Balances | Stakes,
}
