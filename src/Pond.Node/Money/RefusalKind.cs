namespace Pond.Node.Money;

/// <summary>What a refusal means.</summary>
public enum RefusalKind
{
    /// <summary>The same step will never be taken.</summary>
    Final = 0,

    /// <summary>The stake is still in use: its rounds are not over.</summary>
    StakeInUse = 1,

    /// <summary>What it is about has changed since it was looked at: look again.</summary>
    Outdated = 2,

    /// <summary>Somebody has too little to pay.</summary>
    OutOfFunds = 3,
}
