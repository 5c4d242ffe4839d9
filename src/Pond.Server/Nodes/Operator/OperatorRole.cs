namespace Pond.Server.Nodes.Operator;

/// <summary>What the bearer of an operator's token may do. Each role may do what those before it may.</summary>
public enum OperatorRole
{
    /// <summary>Nothing; the role of whoever has no token.</summary>
    None = 0,

    /// <summary>Look: tasks, rounds, logs, money. Changes nothing.</summary>
    View = 1,

    /// <summary>Start and stop tasks and change their settings, as far as no money moves and no key leaves.</summary>
    Operate = 2,

    /// <summary>Everything: stake, unstake, claim, transfer, keys.</summary>
    Wallet = 3,
}
