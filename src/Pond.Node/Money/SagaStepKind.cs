namespace Pond.Node.Money;

/// <summary>What one transaction of a saga does. The numbers are frozen: journals hold them.</summary>
public enum SagaStepKind
{
    /// <summary>None; never a step's.</summary>
    None = 0,

    /// <summary>Lamports from the main key to a wallet.</summary>
    Transfer = 1,

    /// <summary>Lamports from the main key to a stake; the staking key's account is made, or its rent topped up, where that is needed.</summary>
    Stake = 2,

    /// <summary>A whole stake becomes claimable and is claimed for the main key, in one transaction.</summary>
    Leave = 3,

    /// <summary>What is claimable goes to the main key.</summary>
    Claim = 4,

    /// <summary>What is claimable goes to the main key and from there to the stake, in one transaction.</summary>
    Restake = 5,
}
