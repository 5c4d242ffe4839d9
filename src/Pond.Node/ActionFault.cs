namespace Pond.Node;

/// <summary>What kept an action from taking effect on the ledger.</summary>
public enum ActionFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The ledger refused it.</summary>
    Refused = 1,

    /// <summary>The operator's account has too little for the fee.</summary>
    OutOfFunds = 2,

    /// <summary>The ledger could not be reached, or its answer was lost.</summary>
    Unreachable = 3,
}
